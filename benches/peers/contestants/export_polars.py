"""Polars, lazy and streaming from file to file, ids as small integers for the join. `FORM INPUT OUTPUT`"""

import glob
import sys

import polars
from forms import TOP

TARGET = polars.Struct({"objectId": polars.String})
ROW = {"accessPackageId": polars.String, "assignmentState": polars.String, "target": TARGET}
PAGE = {"value": polars.List(polars.Struct(ROW))}


def scan(form, source):
    """Holder, package and state, of every assignment."""
    if form == "csv":
        table = polars.scan_csv(source, infer_schema=False)
        return table.select(holder="targetObjectId", package="accessPackageId", state="assignmentState")
    if form == "rows":
        table = polars.scan_ndjson(source, schema=ROW)
    else:
        if form == "pretty":  # no lazy reader knows more than one line to a value
            pages = polars.concat(polars.read_json(file, schema=PAGE) for file in glob.glob(f"{source}/*.json")).lazy()
        else:
            pages = polars.scan_ndjson(f"{source}/*.json" if form == "pages" else source, schema=PAGE)
        table = pages.select(polars.col("value").explode()).unnest("value")
    holder = polars.col("target").struct.field("objectId")
    return table.select(holder=holder, package="accessPackageId", state="assignmentState")


def numbered(column):
    """The distinct values, sorted, and their numbers."""
    names = column.unique().sort()
    return polars.DataFrame({column.name: names}).with_row_index(f"{column.name}_at")


def main(form, source, target):
    rows = scan(form, source).filter(polars.col("state") == "Delivered").select("holder", "package").unique()
    held = rows.collect(engine="streaming")
    packages = numbered(held["package"])
    held = held.join(packages, on="package").join(numbered(held["holder"]), on="holder")
    held = held.select("holder_at", low="package_at").lazy()
    pairs = held.join(held.rename({"low": "high"}), on="holder_at").filter(polars.col("low") < polars.col("high"))
    counts = pairs.group_by("low", "high").len("users")
    best = counts.sort("users", "low", "high", descending=[True, False, False]).head(TOP).collect(engine="streaming")
    names = packages["package"]
    best.select(package_a=names.gather(best["low"]), package_b=names.gather(best["high"]), users="users").write_csv(target)


main(*sys.argv[1:])
