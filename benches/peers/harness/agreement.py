"""Benchmarks are tests: whoever answers differently makes the run fail, however fast it was."""


def disagreements(runs, expected=None):
    """Every answer that is not the common one and every crash, as pairs of contestant and sentence; empty if all is well.

    `expected` is a check that owes nothing to any contestant: it takes an answer and says what is wrong with it, or "".
    Being late is no error. The common answer is the one that most contestants gave.
    """
    found, given = [], {}
    for name, mine in runs.items():
        for run in mine:
            if run.trouble and not run.late:
                found.append((name, f"round {run.round}: {run.trouble}"))
            elif run.answer is not None:
                given.setdefault(run.answer, {}).setdefault(name, []).append(run.round)
    common = max(given, key=lambda answer: len(given[answer]), default=None)
    for answer, names in given.items():
        wrong = expected(answer) if expected else ""
        if answer != common:
            wrong = wrong or f"differs from {', '.join(given[common])}: {difference(answer, common)}"
        if wrong:
            found += [(name, f"round {', '.join(map(str, rounds))}: {wrong}") for name, rounds in names.items()]
    return found


def difference(one, other):
    """Where two answers part: their first different member."""
    for at, (mine, theirs) in enumerate(zip(one, other)):
        if mine != theirs:
            return f"{mine} and not {theirs} as member {at + 1}"
    return f"{len(one)} members and not {len(other)}"
