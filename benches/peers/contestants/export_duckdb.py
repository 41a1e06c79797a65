"""DuckDB, one SQL statement from file to file: `tuned|plain FORM INPUT OUTPUT`.

`tuned` tells it to look at one value for the schema and keeps ids as UUIDs of 16 bytes; `plain` leaves all to DuckDB and
keeps ids as text. Naming the few columns that are needed, which saves time in other versions, was several times slower in
2.0.0, so neither does.
"""

import sys

import duckdb

PAIRS = """
copy (
    with held as materialized (select distinct holder, package from ({rows}) where state = 'Delivered')
    select one.package as package_a, other.package as package_b, count(*) as users
    from held one join held other on one.holder = other.holder and one.package < other.package
    group by all order by users desc, package_a, package_b limit 1000
) to '{target}' (header)
"""


def rows(style, form, source):
    """The query that yields holder, package and state."""
    kind = "::uuid" if style == "tuned" else ""
    if form == "csv":
        read = f"read_csv('{source}', header = true, all_varchar = true)"
        return f"select targetObjectId{kind} holder, accessPackageId{kind} package, assignmentState state from {read}"
    files = f"{source}/*.json" if form in ("pages", "pretty") else source
    layout = "newline_delimited" if form in ("page-lines", "rows") else "unstructured"
    sample = ", sample_size = 1" if style == "tuned" else ""
    read = f"read_json('{files}', format = '{layout}'{sample})"
    if form != "rows":
        read = f"(select unnest(value, max_depth := 2) from {read})"
    return f"select target.objectId{kind} holder, accessPackageId{kind} package, assignmentState state from {read}"


def main(style, form, source, target):
    connection = duckdb.connect(config={"preserve_insertion_order": False})
    connection.execute(PAIRS.format(rows=rows(style, form, source), target=target))


main(*sys.argv[1:])
