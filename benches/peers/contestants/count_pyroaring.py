"""pyroaring: one bitmap of users for each package, every two of them intersected. One thread, called from Python."""

from protocol import contend


def prepare(tenant, _threads):
    import numpy
    from pyroaring import BitMap

    order = numpy.argsort(tenant.packages_held, kind="stable")
    ends = numpy.cumsum(numpy.bincount(tenant.packages_held, minlength=tenant.packages))
    columns = [BitMap(users) for users in numpy.split(tenant.users_held()[order].astype(numpy.uint32), ends[:-1])]

    def count():
        found = []
        for at, column in enumerate(columns):
            shared = column.intersection_cardinality
            found.append(numpy.fromiter(map(shared, columns[at + 1:]), numpy.int32, tenant.packages - at - 1))
        return found

    def blocks(found):
        for at, counts in enumerate(found):
            yield numpy.int64(at), numpy.arange(at + 1, tenant.packages), counts

    return count, blocks


contend(prepare)
