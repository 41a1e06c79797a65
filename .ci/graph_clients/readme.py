"""Runs the README's code for clients, word for word, against the sample tenant."""

import pathlib
import re
import subprocess
import tempfile

import truth
from served import Served

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TENANT = ROOT / "data/sample-tenant"
SECONDS = 120


def blocks():
    """The code under each `<!-- graph-clients: NAME -->`."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"<!-- graph-clients: (\w+) -->\n```\w+\n(.*?)```", text, re.S))
    if sorted(found) != ["curl", "javascript", "python"]:
        raise SystemExit(f"graph-clients: README.md has code for {sorted(found)}, expected curl, javascript and python")
    return found


def expected(code):
    """Whom the packages of the code are held by together: ids of assignments to the first, in order."""
    first, second = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", code)[:2]
    found = truth.read(TENANT)
    rows = sorted(found["rows"].values(), key=lambda row: row["id"])
    truth.name_people(rows)
    delivered = [row for row in rows if row["state"] == "delivered"]
    others = {row["person"] for row in delivered if row["package"] == second}
    return [row["id"] for row in delivered if row["package"] == first and row["person"] in others]


def run(sod, python, modules, environment, failed):
    """Runs each block and compares the ids that it prints. Gives the number of checks."""
    code = blocks()
    with Served(sod, TENANT) as graph, tempfile.TemporaryDirectory() as folder:
        environment = {**environment, "GRAPH": graph}
        # A module of JavaScript finds packages beside itself alone.
        pathlib.Path(folder, "node_modules").symlink_to(modules / "node_modules")
        commands = {"python": [python, "readme.py"], "javascript": ["node", "readme.mjs"], "curl": ["bash", "readme.sh"]}
        for name, command in commands.items():
            pathlib.Path(folder, command[1]).write_text(code[name], encoding="utf-8")
            done = subprocess.run([str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS)
            ids = [line.split()[0] for line in done.stdout.splitlines() if line.strip()]
            known = expected(code[name])
            if done.returncode or not known or ids != known:
                failed.append(f"the README's {name}")
                print(f"graph-clients: the README's {name} exited with {done.returncode} and printed\n{done.stdout}{done.stderr}\nexpected the ids {known}")
            else:
                print(f"README {name}: {len(known)} rows, as expected")
    return len(code)
