"""The forms of an export, and what the Python contestants of the export suite share: reading pages, writing the table.

`page-lines` a page a line; `pages` a folder with a page a file; `pretty` the same, indented; `rows` an assignment a line;
`csv` a table; `tree` a folder of folders with an assignment a file (users are named by `targetId` there).
"""

import csv
import os

TOP = 1000


def assignments(form, source, loads):
    """Assignments as dictionaries, from any form of JSON."""
    if form in ("page-lines", "rows"):
        with open(source, "rb") as file:
            for line in file:
                if form == "rows":
                    yield loads(line)
                else:
                    yield from loads(line)["value"]
    else:
        for folder, _, names in os.walk(source):
            if form == "tree" and f"{os.sep}Assignments{os.sep}" not in folder:
                continue
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    found = loads(file.read())
                yield from [found] if form == "tree" else found["value"]


def delivered(form, source, loads):
    """User and package of every delivered assignment."""
    if form == "csv":
        with open(source, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["assignmentState"] == "Delivered":
                    yield row["targetObjectId"], row["accessPackageId"]
        return
    for found in assignments(form, source, loads):
        if found["assignmentState"] == "Delivered":
            user = found["targetId"] if form == "tree" else found["target"]["objectId"]
            yield user, found["accessPackageId"]


def write(target, rows):
    """The table of pairs: ids and how many hold both."""
    with open(target, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["package_a", "package_b", "users"])
        table.writerows(rows)
