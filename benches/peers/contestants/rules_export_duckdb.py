"""DuckDB from a CSV of holdings and a rules.csv to the numbers of a summary: `bits|sets INPUT RULES [--threads N]`.

Users and packages are numbered in SQL, which is not asked of sod's competitors elsewhere but cannot be avoided here: bitstrings
are indexed by numbers, and joins over texts are several times slower.
"""

import argparse
import json
import os

import numpy
from rules_duckdb import prepared

READ = """
create table raw as select distinct user::uuid u, package::uuid p from read_csv('{source}', header = true, all_varchar = true);
create table users as select u, (row_number() over () - 1)::integer as user from (select distinct u from raw);
create table packages as select p, (row_number() over () - 1)::integer as package from (select distinct p from raw);
create table held as select user, package from raw join users using (u) join packages using (p);
drop table raw;
"""

RULES = """
select rule::integer, term::integer, at_least::integer, coalesce(packages.package, -1)::integer
from read_csv('{rules}/rules.csv', header = true, all_varchar = true) given left join packages on given.package::uuid = packages.p
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("form", choices=("bits", "sets"))
    parser.add_argument("source")
    parser.add_argument("rules")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    import duckdb

    connection = duckdb.connect(config={"threads": arguments.threads, "preserve_insertion_order": False})
    connection.execute(READ.format(source=arguments.source))
    columns = connection.sql(RULES.format(rules=arguments.rules)).fetchnumpy()
    users = connection.sql("select count(*) from users").fetchall()[0][0]
    holders = connection.sql("select package, count(*) from held group by package").fetchnumpy()
    sizes = numpy.zeros(int(holders["package"].max()) + 1, numpy.int64)
    sizes[holders["package"]] = list(holders.values())[1]
    rows = [numpy.asarray(column).tolist() for column in columns.values()]
    work = prepared(connection, arguments.form, users, sizes, list(zip(*rows)))
    work()
    if arguments.form == "bits":
        asked = "select sum(bit_count(bits)), bit_count(bit_or(bits)) from conflicts"
    else:
        asked = "select count(*), count(distinct user) from conflicts"
    conflicts, concerned = connection.sql(asked).fetchall()[0]
    print(json.dumps({"conflicts_inherent": int(conflicts), "users_in_conflict": int(concerned)}))


main()
