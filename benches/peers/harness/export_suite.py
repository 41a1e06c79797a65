"""Suites `export` and `tree`: whole processes from export to the table of the first thousand pairs, Delivered only.

Answers are the rows of the tables: ids and counts, in order. Columns beyond these are sod's alone and not compared.
"""

import csv

from . import places
from .rounds import Contestant, Run

TOP = 1000


def contestants(programs, form, source, threads, folder):
    """sod and whoever can read this form; outputs go to `folder`."""
    found = []

    def add(name, command):
        output = folder / f"{name.replace(' ', '-')}.csv"
        found.append(Contestant(name, [*command, source, output], output))

    script = lambda kind: [places.python(), places.CONTESTANTS / f"export_{kind}.py"]  # noqa: E731
    output = folder / "sod.csv"
    sod = [programs["sod"], "pairs", source, "--top", TOP, "--threads", threads, "--quiet", "-o", output]
    found.append(Contestant("sod", sod, output))
    if form != "tree":
        add("Polars", [*script("polars"), form])
        add("DuckDB tuned", [*script("duckdb"), "tuned", form])
        add("DuckDB plain", [*script("duckdb"), "plain", form])
        for parser in ("csv", "simd-csv") if form == "csv" else ("serde", "sonic"):
            add(f"Rust script {parser}", [programs["export_script"], parser, form])
    add("orjson and scipy" if form != "csv" else "csv and scipy", [*script("scipy"), form])
    add("dict of sets", [*script("sets"), form])
    return found


def also(name, command, source, folder):
    """A further contestant: `{input}` and `{output}` are filled in."""
    output = folder / f"also-{name.replace('/', '-')}.csv"
    return Contestant(name, [word.format(input=source, output=output) for word in command], output)


def floor(programs, source, threads):
    """Reading the tree and nothing else: what no reader of it can beat. It has no answer."""
    return Contestant("read only", [programs["read_tree"], source, "--threads", threads])


def rows(path):
    """The answer in an output file. The count is in `holders_both`, or `users` with the peers."""
    with open(path, newline="", encoding="utf-8") as file:
        table = csv.DictReader(file)
        count = "holders_both" if "holders_both" in (table.fieldnames or ()) else "users"
        return tuple((row["package_a"].lower(), row["package_b"].lower(), int(row[count])) for row in table)


def read(contestant, measured, at):
    """The first round counts as the first run, the others as later ones."""
    answer = None
    if contestant.output is not None:
        try:
            answer = rows(contestant.output)
        except (OSError, KeyError, TypeError, ValueError) as error:
            return Run(at, trouble=f"no answer in its output file ({error!r})")
    run = Run(at, answer=answer)
    (run.first if at == 1 else run.later).append(measured.wall_s)
    return run
