"""Suite `count`: every pair from the same matrix in memory, by library. Answers are fingerprints."""

import json

from . import data, places
from .machine import processor
from .rounds import Contestant, Run

WITHIN = 3  # repetitions in one process: the first apart, the others warm
# One core does no more dense multiplications a second than this; longer than the limit is not even tried.
DENSE_PER_S = 1.5e11


def contestants(programs, folder, threads, limits):
    """sod in its forms, then the peers; those that cannot finish in time are left out, with a reason."""
    options = ["--reps", WITHIN]
    both = [*options, "--threads", threads]
    sod = [programs["count_csr"], folder]
    patience = ["--patience", min(20, limits.process_s / 4)]
    python = [places.python()]
    found = [
        Contestant("sod", [*sod, "--stored", *both, "--check"]),
        Contestant("sod, streamed", [*sod, "--streamed", *both, "--check"]),
        Contestant("sod, one thread", [*sod, "--stored", *options, "--threads", 1, "--check"]),
        Contestant("sod, portable", [*sod, "--stored", *both, "--level", "portable", "--check"]),
    ]
    if "avx512f" in processor()[1]:
        found.append(Contestant("sod, AVX2", [*sod, "--stored", *both, "--level", "avx2", "--check"]))
    scripts = [("scipy", "scipy"), ("GraphBLAS rows", "graphblas rows"), ("GraphBLAS columns", "graphblas columns"),
               ("GraphBLAS triangle", "graphblas triangle"), ("MKL gram", "mkl"), ("DuckDB", "duckdb"), ("Polars", "polars"),
               ("pyroaring", "pyroaring")]
    facts = data.facts(folder)
    dense_s = facts["users"] * facts["packages"] ** 2 / (DENSE_PER_S * threads)
    left_out = {}
    if dense_s < limits.process_s:
        scripts.append(("dense BLAS", "blas"))
    else:
        left_out["dense BLAS"] = f"not run: {dense_s:.0f} s of multiplications at best"
    for name, script in scripts:
        kind, *form = script.split()
        command = [*python, places.CONTESTANTS / f"count_{kind}.py", *form, folder, *both, *patience]
        found.append(Contestant(name, command))
    for kind in ("roaring", "croaring"):
        found.append(Contestant(kind, [programs["count_bitmaps"], kind, folder, *both, *patience]))
    return found, left_out


def also(name, command, folder, threads):
    """A further contestant: `{dir}`, `{reps}` and `{threads}` are filled in."""
    return Contestant(name, [word.format(dir=folder, reps=WITHIN, threads=threads) for word in command])


def read(_contestant, measured, at):
    """The last line of output that is a JSON object; without an answer the run is void."""
    lines = [line for line in measured.said.splitlines() if line.startswith("{")]
    try:
        said = json.loads(lines[-1])
        taken = [float(s) for s in said["kernel_s"]]
        answer = (said["pairs"], said["total"], said["hash"])
    except (IndexError, KeyError, TypeError, ValueError) as error:
        return Run(at, trouble=f"no answer in its output ({error!r})")
    return Run(at, first=taken[:1], later=taken[1:], answer=answer)


def expected(folder):
    """The sum of pair counts follows from the lengths of the rows alone."""
    increments = data.facts(folder).get("increments")

    def check(answer):
        if increments is not None and answer[1] != increments:
            return f"the sum of pair counts is {answer[1]}, and of rows alone it is {increments}"
        return ""

    return check
