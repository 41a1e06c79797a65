"""The data engineer's script: orjson, dictionaries for ids, SciPy for the product. `FORM INPUT OUTPUT`"""

import sys

import numpy
import orjson
from forms import TOP, delivered, write
from scipy.sparse import csr_array


def main(form, source, target):
    users, packages, rows, columns = {}, {}, [], []
    for user, package in delivered(form, source, orjson.loads):
        rows.append(users.setdefault(user, len(users)))
        columns.append(packages.setdefault(package, len(packages)))
    names = numpy.array(list(packages))
    rank = numpy.empty(len(names), dtype=numpy.int32)
    rank[numpy.argsort(names)] = numpy.arange(len(names))  # so that low < high is the order of the ids
    held = csr_array((numpy.ones(len(rows), dtype=numpy.int32), (rows, rank[columns])), shape=(len(users), len(names)))
    held.sum_duplicates()
    held.data[:] = 1
    counts = (held.T.tocsr() @ held).tocoo()
    low, high = counts.coords
    upper = low < high
    low, high, shared = low[upper], high[upper], counts.data[upper]
    enough = numpy.sort(shared)[-TOP] if len(shared) > TOP else 1
    best = numpy.flatnonzero(shared >= enough)
    best = best[numpy.lexsort((high[best], low[best], -shared[best]))][:TOP]
    names.sort()
    write(target, zip(names[low[best]], names[high[best]], shared[best].tolist()))


main(*sys.argv[1:])
