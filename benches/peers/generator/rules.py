"""Synthetic rules over a generated tenant: `rules.py TENANT RULES SEED FOLDER`.

Writes rules.npy (int32, a row for each package of each term: rule, term, at_least, package), rules.toml for `sod analyze`, and
rules.csv (the same as rules.npy, with ids of packages as `write_export` gives them). The same arguments give the same bytes.

As in rule sets that people keep, there are a few hundred functions of 2 to 20 packages, and most rules set one function against
another. Half of a function's packages are such as one person holds together, half come from the whole catalogue, popular ones
more often. What a tenth of all users hold is in no rule: nobody forbids that.

pairs 30 %, function against function 30 %, a list of its own against a function 10 %, three functions 10 %, so many of a set
15 %, critical access 5 %.
"""

import csv
import json
import pathlib
import sys

import numpy

KINDS = ("pair", "functions", "list", "three", "many", "critical")
SHARES = (0.30, 0.30, 0.10, 0.10, 0.15, 0.05)
RULES_PER_FUNCTION = 25
COMMON = 0.1  # share of users from which on a package is in no rule
RARE = 0.005  # share of users up to which a package may be critical
MASK = 2**64 - 1


def mix(about, value):
    """splitmix64's finisher, as crates/src/mix.rs has it."""
    bits = (value + about * 0x9E3779B97F4A7C15) & MASK
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9 & MASK
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB & MASK
    return bits ^ bits >> 31


def package_id(number):
    """The id of a package in an export that write_export made."""
    high, low = mix(100, number), mix(101, number)
    text = f"{high & ~0xF000 | 0x4000:016x}{low & ~(3 << 62) | 2 << 62:016x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class Catalogue:
    """The packages that rules are about, and how often they are drawn."""

    def __init__(self, tenant, random):
        meta = json.loads((tenant / "meta.json").read_text())
        self.starts = numpy.load(tenant / "indptr.npy", mmap_mode="r")
        self.held = numpy.load(tenant / "indices.npy", mmap_mode="r")
        self.users = meta["users"]
        self.holders = numpy.bincount(self.held, minlength=meta["packages"])
        self.fit = (self.holders > 0) & (self.holders < COMMON * self.users)
        self.rare = numpy.flatnonzero((self.holders > 0) & (self.holders <= RARE * self.users))
        self.weights = numpy.where(self.fit, self.holders ** 0.25, 0)
        self.weights /= self.weights.sum()
        self.random = random

    def draw(self, count):
        """Different packages, the popular ones more often."""
        return self.random.choice(len(self.weights), count, replace=False, p=self.weights).tolist()

    def function(self):
        """2 to 20 packages, half of them of one person."""
        size = int(min(20, 2 + self.random.geometric(0.15) - 1))
        user = self.random.integers(self.users)
        row = self.held[self.starts[user]:self.starts[user + 1]]
        own = self.random.permutation([package for package in row.tolist() if self.fit[package]])
        return sorted({int(package) for package in own[:size // 2]} | set(self.draw(size - size // 2)))

    def critical(self):
        """One package that few hold."""
        return [int(self.random.choice(self.rare))] if len(self.rare) else self.draw(1)


def rules(catalogue, count):
    """Functions, and rules: lists of terms, each with a threshold and either packages or the number of a function."""
    random = catalogue.random
    functions = [catalogue.function() for _ in range(max(4, count // RULES_PER_FUNCTION))]
    # Some functions are in many rules, most in a few.
    popularity = numpy.arange(1, len(functions) + 1) ** -0.5
    popularity /= popularity.sum()

    def several(number):
        chosen = random.choice(len(functions), number, replace=False, p=popularity)
        return [(1, None, int(function)) for function in chosen]

    def rule(kind):
        if kind == "pair":
            return [(1, [package], None) for package in catalogue.draw(2)]
        if kind == "functions":
            return several(2)
        if kind == "list":
            return [(1, sorted(catalogue.draw(int(random.integers(2, 21)))), None), *several(1)]
        if kind == "three":
            return several(3)
        if kind == "critical":
            return [(1, catalogue.critical(), None)]
        members = sorted(catalogue.draw(int(random.integers(3, 21))))
        return [(int(min(len(members), 2 + random.geometric(0.6) - 1)), members, None)]

    return functions, [rule(kind) for kind in random.choice(KINDS, count, p=SHARES)]


def write(folder, functions, found):
    """The three files; the table of rules.npy."""
    ids = {package: package_id(package) for package in range(1 + max(map(max, all_sets(functions, found))))}
    quoted = lambda packages: "[" + ", ".join(f'"{ids[package]}"' for package in packages) + "]"  # noqa: E731
    table = []
    with open(folder / "rules.toml", "w", encoding="utf-8") as toml:
        for number, packages in enumerate(functions):
            toml.write(f"[function.F{number:05}]\npackages = {quoted(packages)}\n\n")
        for number, terms in enumerate(found):
            written = []
            for term, (at_least, packages, function) in enumerate(terms):
                members = functions[function] if packages is None else packages
                table += [(number, term, at_least, package) for package in members]
                what = f'functions = ["F{function:05}"]' if packages is None else f"packages = {quoted(packages)}"
                written.append(f"{{ {what}, at_least = {at_least} }}")
            toml.write(f'[[rule]]\nid = "R{number:06}"\nterms = [{", ".join(written)}]\n\n')
    numpy.save(folder / "rules.npy", numpy.array(table, dtype=numpy.int32))
    with open(folder / "rules.csv", "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("rule", "term", "at_least", "package"))
        out.writerows((rule, term, at_least, ids[package]) for rule, term, at_least, package in table)
    return table


def all_sets(functions, found):
    """Every set of packages."""
    yield from functions
    yield from (packages for terms in found for _, packages, _ in terms if packages is not None)


def main(tenant, count, seed, folder):
    tenant, folder = pathlib.Path(tenant), pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = Catalogue(tenant, numpy.random.default_rng(int(seed)))
    functions, found = rules(catalogue, int(count))
    rows = write(folder, functions, found)
    terms = sum(map(len, found))
    facts = {"rules": len(found), "functions": len(functions), "terms": terms, "rows": len(rows), "seed": int(seed),
             # Holdings times the terms that name them: the rows of a plain join.
             "joined": int(sum(catalogue.holders[package] for *_, package in rows))}
    (folder / "rules.json").write_text(json.dumps(facts, indent=1) + "\n")
    print(json.dumps(facts))


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
