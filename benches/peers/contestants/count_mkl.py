"""Intel MKL through sparse_dot_mkl: the gram matrix A'A, upper triangle. It multiplies floats, exact up to 2^24."""

import glob
import os
import sys

from protocol import contend, rows_of


def prepare(tenant, _threads):
    libraries = glob.glob(f"{sys.prefix}/lib/libmkl_rt.so*")
    if libraries:
        os.environ.setdefault("MKL_RT", libraries[0])
    import numpy
    from scipy.sparse import csr_matrix
    from sparse_dot_mkl import gram_matrix_mkl

    ones = numpy.ones(len(tenant.packages_held), dtype=numpy.float32)
    starts = tenant.starts.astype(numpy.int32)
    held = csr_matrix((ones, tenant.packages_held, starts), shape=(tenant.users, tenant.packages))
    return lambda: gram_matrix_mkl(held), lambda counts: rows_of(counts.indptr, counts.indices, counts.data)


contend(prepare)
