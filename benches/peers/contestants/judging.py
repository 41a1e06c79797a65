"""What every judging contestant in Python shares: reading tenant and rules, the clock, the answer, the one line of output.

A contestant is a script that calls `judge(prepare)`. `prepare(tenant, rules, threads)` does what is not timed, and answers with
two functions: `work()`, timed, which leaves all conflicts in memory in the library's own form, and `blocks(result)`, not timed,
which yields arrays `(rule, user)` of any part of them, each conflict once.
"""

import argparse
import json
import os
import time
from dataclasses import dataclass

from protocol import SPREAD, load


@dataclass
class Rules:
    """A row for each package of each term. `rule` and `term` are numbered from 0."""

    rule: object
    term: object
    at_least: object
    package: object


def fingerprint(blocks, users, rules):
    """Conflicts, violated rules, and two hashes that no order can change: of conflicts for each rule, and of the conflicts."""
    import numpy

    counts = numpy.zeros(rules, numpy.uint64)
    value = 0
    for rule, user in blocks:
        rule, user = rule.astype(numpy.uint64), user.astype(numpy.uint64)
        counts += numpy.bincount(rule.astype(numpy.int64), minlength=rules).astype(numpy.uint64)
        spread = ((rule * numpy.uint64(users) + user) * numpy.uint64(SPREAD)) >> numpy.uint64(32)
        value += int(spread.sum(dtype=numpy.uint64))
    number = (numpy.arange(rules, dtype=numpy.uint64) * numpy.uint64(SPREAD)) >> numpy.uint64(32)
    numbers = int((counts * number).sum(dtype=numpy.uint64))
    return {"conflicts": int(counts.sum()), "violated": int((counts > 0).sum()), "numbers": numbers, "hash": value % 2**64}


def judge(prepare):
    """Reads the arguments, judges as often as asked or until patience ends, checks, prints one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("form")
    parser.add_argument("folder")
    parser.add_argument("rules")
    parser.add_argument("--reps", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--patience", type=float, default=30, help="no further repetition after so many seconds")
    arguments = parser.parse_args()
    import numpy

    tenant = load(arguments.folder)
    table = numpy.load(f"{arguments.rules}/rules.npy")
    rules = Rules(*(numpy.ascontiguousarray(column) for column in table.T))
    work, blocks = prepare(arguments.form, tenant, rules, arguments.threads)
    taken, result = [], None
    while len(taken) < arguments.reps and sum(taken) <= arguments.patience:
        result = None  # as in life: the last answer is gone before the next is made
        begun = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - begun)
    answer = fingerprint(blocks(result), tenant.users, int(rules.rule.max()) + 1)
    print(json.dumps({"kernel_s": taken, **answer}))
