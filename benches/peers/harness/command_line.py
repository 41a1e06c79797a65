"""What was asked for, and having it done."""

import argparse
import json
import os
import pathlib
import shlex
import sys

from . import data, machine, report, setup, sizes
from .session import Session, prepare
from .trouble import Trouble

SUITES = ("count", "export", "tree", "rules")


def arguments(words):
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="benches/peers/run", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Runs sod and its peers on the same data, in turn, and fails if any two answers differ.",
        epilog="Everything that is made lies under $SOD_PEERS_DIR (default: sod-peers in the user's cache).\n"
               "Exit codes: 0 all answers agree; 1 some differ or a contestant crashed; 2 nothing could be measured.")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="count, export, tree, rules (default: all four)")
    parser.add_argument("--size", choices=sizes.SIZES, default="seconds", help="how long it may take (default: seconds)")
    parser.add_argument("--tenant", action="append", default=[], metavar="NAME",
                        help=f"these tenants instead of the size's: {', '.join(sizes.TENANTS)}")
    parser.add_argument("--data", action="append", default=[], type=pathlib.Path, metavar="DIR",
                        help="count: a matrix made elsewhere (indptr.npy, indices.npy, meta.json) instead of tenants")
    parser.add_argument("--input", action="append", default=[], metavar="FORM=PATH",
                        help=f"export: an export made elsewhere, by its form: {', '.join(data.FORMS)}")
    parser.add_argument("--form", action="append", default=[], choices=data.FORMS, help="export: these forms only")
    parser.add_argument("--rules", type=int, metavar="N", help="rules: so many instead of the size's")
    parser.add_argument("--seed", type=int, default=42, help="of the generated data (default: 42)")
    parser.add_argument("--only", metavar="A,B", help="contestants whose names begin so; sod always runs")
    parser.add_argument("--reps", type=int, metavar="N", help="rounds, instead of the size's")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="for all that can have several (default: all)")
    parser.add_argument("--also", action="append", default=[], metavar="NAME=COMMAND",
                        help="a further contestant, run without a shell; {dir} {reps} {threads} are filled in for count, "
                             "and {rules} for rules, {input} {output} for export and tree")
    parser.add_argument("--bin", type=pathlib.Path, metavar="DIR",
                        help="take the programs sod, count_csr and judge_csr from here, instead of building them")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT", help="every figure as JSON")
    parser.add_argument("--prepare", action="store_true", help="install, build and generate, and run nothing")
    asked = parser.parse_args(words)
    for suite in asked.suites:
        if suite not in SUITES:
            parser.error(f"`{suite}` is no suite: {', '.join(SUITES)}")
    for option in ("input", "also"):
        for word in getattr(asked, option):
            if "=" not in word:
                parser.error(f"--{option} `{word}`: a name, =, and a value")
    for word in asked.input:
        if word.partition("=")[0] not in data.FORMS:
            parser.error(f"--input `{word}`: the form is one of {', '.join(data.FORMS)}")
    if asked.json and not asked.json.absolute().parent.is_dir():
        parser.error(f"--json `{asked.json}`: its folder does not exist")
    asked.suites = asked.suites or list(SUITES)
    return asked


def perform(asked, words):
    """Everything; the exit code."""
    setup.venv()
    ours = {"count": ["count_csr"], "export": ["sod"], "tree": ["sod"], "rules": ["judge_csr", "sod"]}
    programs = setup.built(sorted({name for suite in asked.suites for name in ours[suite]}), asked.bin)
    if asked.prepare:
        prepare(asked, programs)
        return 0
    facts = machine.describe()
    if asked.bin:
        facts["commit"] = f"unknown, programs as found in {asked.bin}"
    print(report.head(facts, shlex.join(["benches/peers/run", *words])), flush=True)
    session = Session(asked, programs)
    for suite in asked.suites:
        getattr(session, suite)()
    if asked.json:
        asked.json.write_text(json.dumps({"facts": facts, "command": words, "subjects": session.found}, indent=1) + "\n")
    if session.wrong:
        print(f"run: {session.wrong} wrong or missing answers, see WRONG above", file=sys.stderr)
    return 1 if session.wrong else 0


def main(words):
    """Exit code 0, 1 or 2, as the help says."""
    asked = arguments(words)
    try:
        return perform(asked, words)
    except (Trouble, OSError) as trouble:
        print(f"run: {trouble}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("run: stopped", file=sys.stderr)
        return 130
