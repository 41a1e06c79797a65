"""One session: the suites asked for, subject by subject; contestants in turn, answers compared, a table for each."""

import os
import pathlib
import shlex
import sys
import tempfile

from . import count_suite, data, export_suite, places, report, rules_suite, sizes, table
from .agreement import disagreements
from .rounds import Limits, in_turn


def matrices(asked):
    """Title and folder of each matrix of suite count."""
    if asked.data:
        return [(str(folder), folder) for folder in asked.data]
    names = asked.tenant or sizes.SIZES[asked.size].count
    return [(f"tenant {name}, seed {asked.seed}", data.matrix(name, asked.seed)) for name in names]


def rule_sets(asked):
    """Title, matrix and rules of each subject of suite rules, and the tenant's name."""
    wanted = sizes.SIZES[asked.size].rules
    if asked.tenant:
        wanted = [(name, asked.rules or wanted[-1][1]) for name in asked.tenant]
    found = []
    for name, count in wanted:
        count = asked.rules or count
        folder = data.matrix(name, asked.seed)
        title = f"tenant {name}, seed {asked.seed}, {count:,} rules"
        found.append((title, folder, data.rules(name, asked.seed, count, folder), name))
    return found


def exports(asked, programs):
    """Title, form and path of each input of suite export."""
    if asked.input:
        given = [word.partition("=") for word in asked.input]
        return [(f"{path} as {form}", form, pathlib.Path(path)) for form, _, path in given]
    wanted = sizes.SIZES[asked.size].export
    if asked.tenant:
        wanted = [(name, sizes.tenant(name).holdings) for name in asked.tenant]
    return [
        (f"tenant {name} up to {rows:,} holdings, seed {asked.seed}, as {form}", form,
         data.export(programs, name, asked.seed, rows, form))
        for name, rows in wanted for form in asked.form or data.FORMS
    ]


def chosen(contestants, only):
    """Those asked for. sod's own entry is always among them, ratios being against it."""
    wanted = tuple(name.strip().lower() for name in only.split(",")) if only else ("",)
    return [one for one in contestants if one.name == "sod" or one.name.lower().startswith(wanted)]


class Session:
    """One run of the harness: what was asked, what was built, what has been found so far."""

    def __init__(self, asked, programs):
        size = sizes.SIZES[asked.size]
        self.asked = asked
        self.programs = programs
        self.limits = Limits(asked.reps or size.rounds, size.process_s, size.once_above_s)
        self.environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "POLARS_MAX_THREADS": str(asked.threads)}
        self.also = [(name, shlex.split(command)) for name, _, command in (word.partition("=") for word in asked.also)]
        self.found = []
        self.wrong = 0

    def subject(self, suite, title, contestants, read, left_out=(), expected=None):
        """Runs, compares and prints one table."""
        title = f"{suite}: {title}"
        print(f"# {title}", file=sys.stderr, flush=True)
        runs = in_turn(contestants, self.limits, self.programs["measured"], self.environment, read)
        problems = disagreements(runs, expected)
        results = {name: table.figures(mine, runs["sod"]) for name, mine in runs.items()}
        for name, _ in problems:
            results[name]["wrong"] = True
        self.found.append({"title": title, "results": results, "left_out": dict(left_out), "problems": problems})
        self.wrong += len(problems)
        print("\n" + report.section(title, results, dict(left_out), problems), flush=True)

    def count(self):
        """Suite count."""
        for title, folder in matrices(self.asked):
            facts = data.facts(folder)
            title += ": {users:,} users, {packages:,} packages, {nnz:,} holdings".format_map({"nnz": 0} | facts)
            entries, left_out = count_suite.contestants(self.programs, folder, self.asked.threads, self.limits)
            entries = chosen(entries, self.asked.only)
            entries += [count_suite.also(*one, folder, self.asked.threads) for one in self.also]
            self.subject("count", title, entries, count_suite.read, left_out, count_suite.expected(folder))

    def rules(self):
        """Suite rules: from the matrix in memory, and whole processes from a plain CSV."""
        for title, folder, rules, name in rule_sets(self.asked):
            facts = data.facts(folder)
            title += ": {users:,} users, {packages:,} packages, {nnz:,} holdings".format_map({"nnz": 0} | facts)
            entries, left_out = rules_suite.contestants(self.programs, folder, rules, self.asked.threads, self.limits)
            entries = chosen(entries, self.asked.only)
            entries += [rules_suite.also(*one, folder, rules, self.asked.threads) for one in self.also]
            self.subject("rules", title, entries, rules_suite.read, left_out)
            source = data.export(self.programs, name, self.asked.seed, facts["nnz"], data.PLAIN)
            _, size = data.warm(source)
            title += f", from {size / 1e9:.3f} GB of CSV"
            entries = rules_suite.whole(self.programs, source, rules, self.asked.threads)
            self.subject("rules", title, chosen(entries, self.asked.only), rules_suite.read_whole)

    def whole(self, suite, title, form, source, floor=False):
        """One input of the suites export and tree."""
        files, size = data.warm(source)
        title += f": {size / 1e9:.3f} GB in {files:,} files"
        with tempfile.TemporaryDirectory(dir=places.home()) as folder:
            folder = pathlib.Path(folder)
            entries = export_suite.contestants(self.programs, form, source, self.asked.threads, folder)
            entries += [export_suite.floor(self.programs, source, self.asked.threads)] if floor else []
            entries = chosen(entries, self.asked.only)
            entries += [export_suite.also(*one, source, folder) for one in self.also]
            self.subject(suite, title, entries, export_suite.read)

    def export(self):
        """Suite export."""
        for title, form, source in exports(self.asked, self.programs):
            self.whole("export", title, form, source)

    def tree(self):
        """Suite tree."""
        users, packages, assignments = sizes.SIZES[self.asked.size].tree
        source = data.tree(self.programs, users, packages, assignments, self.asked.seed)
        self.whole("tree", f"{assignments:,} assignments, seed {self.asked.seed}", "tree", source, floor=True)


def prepare(asked, programs):
    """Generates whatever the suites will read."""
    if "count" in asked.suites:
        matrices(asked)
    if "export" in asked.suites:
        exports(asked, programs)
    if "rules" in asked.suites:
        for _, folder, _, name in rule_sets(asked):
            data.export(programs, name, asked.seed, data.facts(folder)["nnz"], data.PLAIN)
    if "tree" in asked.suites:
        data.tree(programs, *sizes.SIZES[asked.size].tree, asked.seed)
