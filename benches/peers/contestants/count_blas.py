"""Dense BLAS: OpenBLAS's ssyrk (A'A, one triangle) over blocks of users made dense. The peer for dense tenants."""

from protocol import contend

BLOCK = 16_384


def prepare(tenant, _threads):
    import numpy
    from scipy.linalg.blas import ssyrk

    def count():
        counts = numpy.zeros((tenant.packages, tenant.packages), dtype=numpy.float32, order="F")
        for begin in range(0, tenant.users, BLOCK):
            starts = tenant.starts[begin:begin + BLOCK + 1]
            dense = numpy.zeros((len(starts) - 1, tenant.packages), dtype=numpy.float32)
            rows = numpy.repeat(numpy.arange(len(starts) - 1), numpy.diff(starts))
            dense[rows, tenant.packages_held[starts[0]:starts[-1]]] = 1
            counts = ssyrk(1.0, dense.T, beta=1.0, c=counts, overwrite_c=True)
        return counts

    def blocks(counts):
        for at in range(tenant.packages):
            yield numpy.int64(at), numpy.arange(tenant.packages), counts[at]

    return count, blocks


contend(prepare)
