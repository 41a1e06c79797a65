"""Runs to one Markdown table: medians, spread, ratios of paired rounds, memory."""

from statistics import median

HEAD = ("contestant", "n", "first s", "median s", "min to max s", "ratio", "ratio, min to max", "first ratio", "CPU s",
        "peak MB", "answer")


def seconds(value):
    """Three significant digits are more than the machine deserves."""
    return f"{value:.4f}" if value < 1 else f"{value:.2f}"


def ratio(value):
    """A factor: 0.53, 7.4, 118."""
    return f"{value:.2f}" if value < 2 else f"{value:.1f}" if value < 20 else f"{value:.0f}"


def paired(mine, base, pick):
    """My seconds against the base's in the same round, for each round in which both have them; `pick` says which."""
    theirs = {run.round: run for run in base if not run.trouble}
    both = [(pick(run, theirs[run.round]), pick(theirs[run.round], run)) for run in mine if run.round in theirs]
    return [median(one) / median(other) for one, other in both if one and other]


def like_with_like(run, other):
    """Later repetitions where both have some, and the first ones where one has no others."""
    return run.later if run.later and other.later else run.first


def figures(mine, base):
    """The numbers of one contestant, for the table and for JSON."""
    good = [run for run in mine if not run.trouble]
    if not good:
        return {"trouble": mine[-1].trouble if mine else "did not run"}
    first = [s for run in good for s in run.first]
    timed = [s for run in good for s in run.later] or first
    found = {
        "n": len(timed),
        "only_first": not any(run.later for run in good),
        "first_s": median(first) if first else median(timed),
        "median_s": median(timed),
        "min_s": min(timed),
        "max_s": max(timed),
        "cpu_s": median(run.cpu_s for run in good),
        "peak_mb": max(run.peak_mb for run in good),
        "ratios": paired(good, base, like_with_like),
        "first_ratios": paired(good, base, lambda run, _: run.first),
        "checked": all(run.answer is not None for run in good),
    }
    if mine[-1].trouble:
        found["then"] = mine[-1].trouble
    return found


def row(name, found):
    """One line of the table, as cells."""
    if "trouble" in found:
        return [name, found["trouble"]] + [""] * (len(HEAD) - 2)
    ratios, first_ratios = found["ratios"], found["first_ratios"]
    count = f"{found['n']}{' (first only)' if found['only_first'] else ''}"
    return [
        name,
        f"{count}; then {found['then']}" if "then" in found else count,
        seconds(found["first_s"]),
        seconds(found["median_s"]),
        f"{seconds(found['min_s'])} to {seconds(found['max_s'])}",
        ratio(median(ratios)) if ratios else "",
        f"{ratio(min(ratios))} to {ratio(max(ratios))}" if ratios else "",
        ratio(median(first_ratios)) if first_ratios else "",
        f"{found['cpu_s']:.2f}",
        f"{found['peak_mb']:.0f}",
        "WRONG" if found.get("wrong") else "same" if found["checked"] else "none",
    ]


def markdown(results):
    """The table, fastest first, those without a result last. `results` maps names to `figures`."""
    ranked = sorted(results.items(), key=lambda item: item[1].get("median_s", float("inf")))
    lines = [HEAD, ["---"] * len(HEAD), *(row(name, found) for name, found in ranked)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
