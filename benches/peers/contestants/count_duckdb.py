"""DuckDB: the self-join that anybody would write, over integers in a table of its own."""

from protocol import contend

SELF_JOIN = """
create or replace temp table counts as
select one.package as low, other.package as high, count(*)::integer as holders
from held one join held other on one.user = other.user and one.package < other.package
group by all
"""


def prepare(tenant, threads):
    import duckdb
    import pyarrow

    connection = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})
    columns = pyarrow.table({"user": tenant.users_held(), "package": tenant.packages_held})
    connection.register("columns", columns)
    connection.execute("create table held as from columns")
    connection.unregister("columns")

    def blocks(_):
        for batch in connection.sql("from counts").to_arrow_reader(1_000_000):
            yield tuple(column.to_numpy() for column in batch.columns)

    return lambda: connection.execute(SELF_JOIN), blocks


contend(prepare)
