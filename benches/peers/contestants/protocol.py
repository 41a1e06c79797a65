"""What every counting contestant in Python shares: reading the matrix, the clock, the answer, the one line of output.

A contestant is a script that calls `contend(prepare)`. `prepare(tenant, threads)` does what is not timed, and answers
with two functions: `count()`, timed, which leaves every pair count in memory in the library's own form, and
`blocks(result)`, not timed, which yields arrays `(i, j, count)` of any part of the matrix. Blocks keep the check from
adding to the peak memory. Entries on the diagonal, zeros and the lower triangle are dropped here, so a library that
counts both triangles yields both.
"""

import argparse
import json
import os
import resource
import time
from dataclasses import dataclass

SPREAD = 0x9E3779B97F4A7C15


@dataclass
class Tenant:
    """Users by packages in compressed rows: user `u` holds `packages_held[starts[u]:starts[u + 1]]`."""

    users: int
    packages: int
    starts: object
    packages_held: object

    def users_held(self):
        """The user of each holding, beside `packages_held`."""
        import numpy

        return numpy.repeat(numpy.arange(self.users, dtype=numpy.int32), numpy.diff(self.starts))


def load(folder):
    """Reads `indptr.npy`, `indices.npy` and `meta.json`."""
    import numpy

    with open(f"{folder}/meta.json", encoding="utf-8") as file:
        meta = json.load(file)
    starts, held = numpy.load(f"{folder}/indptr.npy"), numpy.load(f"{folder}/indices.npy")
    return Tenant(meta["users"], meta["packages"], starts, held)


def fingerprint(blocks, packages):
    """Pairs i < j with a count above zero: how many, the sum of counts, and a hash that no order can change."""
    import numpy

    pairs = total = value = 0
    for low, high, count in blocks:
        keep = (low < high) & (count > 0)
        low, high, count = (part[keep].astype(numpy.uint64) for part in numpy.broadcast_arrays(low, high, count))
        spread = ((low * numpy.uint64(packages) + high) * numpy.uint64(SPREAD)) >> numpy.uint64(32)
        pairs += len(count)
        total += int(count.sum())
        value += int((count * spread).sum(dtype=numpy.uint64))
    return {"pairs": pairs, "total": total, "hash": value % 2**64}


def rows_of(starts, columns, counts, step=64):
    """Blocks of a square matrix in compressed rows, `step` rows at a time. `counts` may be one value for all."""
    import numpy

    for at in range(0, len(starts) - 1, step):
        bounds = starts[at:at + step + 1]
        part = slice(int(bounds[0]), int(bounds[-1]))
        lengths = numpy.diff(bounds).astype(numpy.int64)
        low = numpy.repeat(numpy.arange(at, at + len(lengths), dtype=numpy.int64), lengths)
        yield low, columns[part].astype(numpy.int64), counts[part] if len(counts) > 1 else counts


def contend(prepare):
    """Reads the arguments, counts as often as asked or until patience ends, checks, prints one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--reps", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--patience", type=float, default=30, help="no further repetition after so many seconds")
    arguments = parser.parse_args()
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"):
        os.environ[variable] = str(arguments.threads)  # read when the library is loaded, hence the late imports
    tenant = load(arguments.folder)
    count, blocks = prepare(tenant, arguments.threads)
    taken, result = [], None
    while len(taken) < arguments.reps and sum(taken) <= arguments.patience:
        result = None  # as in life: the last answer is gone before the next is made
        begun = time.perf_counter()
        result = count()
        taken.append(time.perf_counter() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = fingerprint(blocks(result), tenant.packages)
    print(json.dumps({"kernel_s": taken, **answer, "rss_mb": round(peak)}))
