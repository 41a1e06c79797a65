"""Compares a pair table in Parquet, as DuckDB reads it, with the same in CSV: read_parquet.py PARQUET CSV"""

import csv
import sys

import duckdb

TYPES = ["VARCHAR"] * 4 + ["BIGINT"] * 3 + ["DOUBLE"] * 3


def restore(cell):
    """A quote before what a spreadsheet would run is ours, and only in CSV."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip()[:1] in tuple("=+-@") else cell


def main():
    parquet, table = sys.argv[1:]
    with open(table, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    expected = [
        (*map(restore, row[:2]), *(restore(name) or None for name in row[2:4]), *map(int, row[4:7]), *map(float, row[7:]))
        for row in rows
    ]
    found = duckdb.read_parquet(parquet)
    columns, types = found.columns, [str(kind) for kind in found.types]
    if columns != header:
        sys.exit(f"read-parquet: the columns are {columns}, and {header} in CSV")
    if types != TYPES:
        sys.exit(f"read-parquet: the types are {types}, expected {TYPES}")
    found = found.fetchall()
    if len(found) != len(expected):
        sys.exit(f"read-parquet: {len(found)} rows, and {len(expected)} in CSV")
    for at, (one, other) in enumerate(zip(found, expected)):
        if one != other:
            sys.exit(f"read-parquet: row {at}: {one}, and {other} in CSV")
    if not found:
        sys.exit("read-parquet: no rows were compared")
    print(f"read-parquet: DuckDB {duckdb.__version__} reads {len(found)} rows as pairs.csv has them")


main()
