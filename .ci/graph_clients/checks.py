"""Compares, counts, and names the request that went wrong."""

import sys
import traceback

LONGEST = 600


class Checks:
    """What one client was found to do. `sent` holds the requests as they went over the wire."""

    def __init__(self, who):
        self.who, self.sent, self.count, self.failures = who, [], 0, 0
        self.done = []

    def fail(self, message):
        self.failures += 1
        request = self.sent[-1] if self.sent else "(nothing was sent)"
        print(f"graph-clients: {self.who}: {request}\n    {message}", file=sys.stderr)

    def equal(self, found, expected, what):
        self.count += 1
        if found != expected:
            self.fail(f"{what}: expected {repr(expected)[:LONGEST]}, found {repr(found)[:LONGEST]}")

    def true(self, condition, what):
        self.count += 1
        if not condition:
            self.fail(f"expected {what}")

    def same(self, found, expected, what):
        """The same things in any order, none of them twice."""
        found, expected = list(found), set(expected)
        self.count += 1
        missing, foreign = expected - set(found), set(found) - expected
        if len(found) != len(set(found)) or missing or foreign:
            counts = f"{len(found)} were found and {len(expected)} expected"
            self.fail(f"{what}: {counts}; missing {sorted(map(str, missing))[:3]}, foreign {sorted(map(str, foreign))[:3]}")

    async def step(self, walk):
        """One part of a walk. What it raises is a failure, and the next part still runs."""
        before = self.count
        try:
            await walk()
        except Exception as error:
            self.fail(f"{walk.__name__} raised {type(error).__name__}: {str(error)[:LONGEST]}\n{traceback.format_exc(limit=-3)}")
        self.done.append((walk.__name__.strip("_").replace("_", " "), self.count - before))

    def end(self):
        parts = ", ".join(f"{name} {count}" for name, count in self.done)
        print(f"{self.who}: {self.count} checks, {len(self.sent)} requests: {parts}")
        empty = [name for name, count in self.done if count == 0]
        if empty:
            self.fail(f"nothing was checked in {', '.join(empty)}")
        sys.exit(1 if self.failures else 0)
