#!/usr/bin/env python3
"""Runs every client against `sod serve` on loopback: main.py SOD PYTHON JAVASCRIPT

Two small exports, one of each version, are asked in both versions by every client; a longer one is for paging. Then some are
asked of a server that is wrong on purpose, and the README's section for clients is run, word for word.
"""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import broken
import readme
import tenants
import truth
from served import Served

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 1200


class Runs:
    """Clients under way, as many as there are cores: each waits for the server, or the server for it."""

    def __init__(self, environment):
        self.environment, self.failed, self.checked = environment, [], 0
        self.pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1)
        self.waiting = []

    def add(self, *command):
        self.waiting.append(self.pool.submit(self.run, [str(word) for word in command]))

    def run(self, words):
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=SECONDS)
        print(done.stdout, end="", flush=True)
        print(done.stderr, end="", flush=True, file=sys.stderr)
        return words, done

    def end(self):
        for waiting in self.waiting:
            words, done = waiting.result()
            found = re.search(r": (\d+) checks, \d+ requests: ", done.stdout)
            self.checked += int(found[1]) if found else 0
            if done.returncode or not found:
                self.failed.append(" ".join([pathlib.Path(words[1]).name, *words[2:5]]) + f" (exit code {done.returncode})")


def main():
    sod, python_folder, modules = [pathlib.Path(word).resolve() for word in sys.argv[1:4]]
    python = python_folder / "bin/python"
    runs = Runs({**os.environ, "GRAPH_CLIENTS": str(modules), "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"})
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        scratch = pathlib.Path(folder)
        for export, place in tenants.make(sod, scratch).items():
            known = scratch / f"{export}.truth.json"
            known.write_text(json.dumps({**truth.truth(place), "export": export}))
            graph = stack.enter_context(Served(sod, place))
            for version in ["v1.0"] if export == "long" else ["v1.0", "beta"]:
                runs.add(python, HERE / "walk.py", version, graph, known)
                runs.add("node", HERE / "client.mjs", version, graph, known)
                if export != "long":
                    runs.add(sys.executable, HERE / "curl.py", version, graph, known, sod, place)
            if export != "long":
                runs.add("node", HERE / "kiota.mjs", "v1.0", graph, known)
            if export == "v1.0":
                walk = lambda program, script, known=known: lambda address: [program, HERE / script, "v1.0", address, known]
                walks, spoiled = {"python": walk(python, "walk.py"), "javascript": walk("node", "client.mjs")}, graph
        runs.end()
        checked = runs.checked + broken.run(spoiled, walks, runs.environment, runs.failed)
        checked += readme.run(sod, python, modules, runs.environment, runs.failed)
    if runs.failed:
        sys.exit("graph-clients: failed: " + "; ".join(runs.failed))
    print(f"graph-clients: {checked} checks in all, by clients as they are shipped")


main()
