"""SuiteSparse:GraphBLAS: C = A'A over plus_pair, in three forms.

`rows` has A by rows and makes the transpose inside the clock (Gustavson's saxpy); `columns` has A by columns, made before
the clock starts (the form for dot products); `triangle` is `rows` under a mask of the strictly lower triangle, also made
before. Which multiplication it does is left to the library: forced to one method it was never faster, and as `dot` on
small tenants 20 times slower.
"""

import sys

from protocol import contend, rows_of


def prepare(tenant, threads):
    import graphblas

    graphblas.init("suitesparse", blocking=True)
    import numpy
    from graphblas import Matrix, select, semiring, ss

    ss.config["nthreads"] = threads
    size = tenant.packages
    held = Matrix.ss.import_csr(
        nrows=tenant.users, ncols=size, indptr=tenant.starts.astype(numpy.uint64),
        col_indices=tenant.packages_held.astype(numpy.uint64), values=numpy.array([True]), is_iso=True, sorted_cols=True,
        dtype=bool)
    times = semiring.plus_pair["INT32"]
    by_package = held.T.new() if FORM == "columns" else None
    triangle = select.tril(Matrix.from_scalar(True, size, size), -1).new() if FORM == "triangle" else None

    def count():
        counts = Matrix("INT32", size, size)
        if FORM == "rows":
            counts << times(held.T.new() @ held)
        elif FORM == "columns":
            counts << times(by_package @ by_package.T)
        else:
            counts(triangle.S) << times(held.T.new() @ held)
        return counts

    def blocks(counts):
        taken = counts.ss.export("csr", give_ownership=True)
        for row, column, count in rows_of(taken["indptr"], taken["col_indices"], taken["values"]):
            yield (column, row, count) if FORM == "triangle" else (row, column, count)

    return count, blocks


FORM = sys.argv.pop(1)
contend(prepare)
