"""Suite `rules`: every conflict of a rule set, from the same matrix in memory by library, and whole processes from a CSV.

Answers are fingerprints: conflicts, violated rules, a hash of the conflicts of each rule, and one of all conflicts. Whole
processes are compared by what sod's summary has: conflicts, and users in conflict.
"""

import json

from . import data, places
from .rounds import Contestant, Run

WITHIN = 3  # repetitions in one process: the first apart, the others warm
FORMS = ("bits", "sets", "query", "each")
# DuckDB groups no more rows of a join in a second than this, and needs memory for them; longer than the limit is not even tried.
JOINED_PER_S = 1e6


def contestants(programs, folder, rules, threads, limits):
    """sod with all threads and with one, then DuckDB in four forms; those that cannot finish in time are left out, with a reason."""
    options = ["--reps", WITHIN]
    sod = [programs["judge_csr"], folder, rules, *options, "--check"]
    found = [Contestant("sod", [*sod, "--threads", threads]), Contestant("sod, one thread", [*sod, "--threads", 1])]
    patience = ["--patience", min(20, limits.process_s / 4)]
    left_out = {}
    joined = data.rule_facts(rules)["joined"]
    for form in FORMS:
        if form == "query" and joined > JOINED_PER_S * limits.process_s:
            left_out[f"DuckDB {form}"] = f"not run: {joined:,} rows of a join to be grouped"
            continue
        command = [places.python(), places.CONTESTANTS / "rules_duckdb.py", form, folder, rules, *options]
        found.append(Contestant(f"DuckDB {form}", [*command, "--threads", threads, *patience]))
    return found, left_out


def also(name, command, folder, rules, threads):
    """A further contestant: `{dir}`, `{rules}`, `{reps}` and `{threads}` are filled in."""
    return Contestant(name, [word.format(dir=folder, rules=rules, reps=WITHIN, threads=threads) for word in command])


def whole(programs, source, rules, threads):
    """`sod analyze` and DuckDB, each from the same CSV of holdings and the same rules to the numbers of a summary."""
    sod = [programs["sod"], "analyze", source, "--rules", rules / "rules.toml", "--threads", threads, "--format", "json",
           "--quiet", "--exit-zero"]
    # Of DuckDB's forms the fastest.
    script = [places.python(), places.CONTESTANTS / "rules_export_duckdb.py", "bits"]
    return [Contestant("sod", sod), Contestant("DuckDB bits", [*script, source, rules, "--threads", threads])]


def last_object(said):
    """What was said last as one JSON object: on one line, or as all there is."""
    lines = [line for line in said.splitlines() if line.startswith("{") and line.endswith("}")]
    return json.loads(lines[-1] if lines else said)


def read(_contestant, measured, at):
    """Without an answer the run is void."""
    try:
        said = last_object(measured.said)
        taken = [float(s) for s in said["kernel_s"]]
        answer = tuple(said[key] for key in ("conflicts", "violated", "numbers", "hash"))
    except (IndexError, KeyError, TypeError, ValueError) as error:
        return Run(at, trouble=f"no answer in its output ({error!r})")
    return Run(at, first=taken[:1], later=taken[1:], answer=answer)


def read_whole(_contestant, measured, at):
    """The first round counts as the first run, the others as later ones."""
    try:
        said = last_object(measured.said)
        answer = (said["conflicts_inherent"], said["users_in_conflict"])
    except (IndexError, KeyError, TypeError, ValueError) as error:
        return Run(at, trouble=f"no answer in its output ({error!r})")
    run = Run(at, answer=answer)
    (run.first if at == 1 else run.later).append(measured.wall_s)
    return run
