"""The script most people would write: a set of packages for each user, a counter of combinations. `FORM INPUT OUTPUT`"""

import json
import sys
from collections import Counter, defaultdict
from itertools import combinations

from forms import TOP, delivered, write


def main(form, source, target):
    held = defaultdict(set)
    for user, package in delivered(form, source, json.loads):
        held[user].add(package)
    counts = Counter()
    for packages in held.values():
        counts.update(combinations(sorted(packages), 2))
    best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    write(target, ((low, high, count) for (low, high), count in best))


main(*sys.argv[1:])
