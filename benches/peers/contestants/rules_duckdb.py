"""DuckDB: rules in SQL, over integers in tables of its own. `FORM TENANT RULES`, the forms being

query  one statement, as anybody would write it: join, count by rule, term and user, count the terms by rule and user.
sets   the sets that several rules use are worked out once; then rules of one, two and three terms, each by joins.
bits   a bitstring of users for each package: OR inside a set, AND across terms; sets with a threshold are counted as in `sets`.
each   a statement for every rule, over holdings in the order of packages, so that only a few row groups are read.

What is not timed: the tables of holdings and of rules, the numbering of equal sets, for `bits` the bitstrings of packages.
"""

from judging import judge

QUERY = """
create or replace temp table conflicts as
with satisfied as (
    select demand.rule, demand.term, held.user
    from demand join held using (package)
    group by all having count(*) >= any_value(demand.at_least)
)
select rule, satisfied.user from satisfied join terms using (rule)
group by rule, satisfied.user having count(*) = any_value(terms.terms)
"""

# Each set once; a set of one package needs no counting.
SATISFIED = """
create or replace temp table satisfied as
select sets.set, held.user from sets join held using (package) where sets.size = 1
union all
select sets.set, held.user from sets join held using (package) where sets.size > 1 {only}
group by sets.set, held.user having count(*) >= any_value(sets.at_least)
"""

JOINS = """
create or replace temp table conflicts as
select rule, one.user from wide join satisfied one on one.set = wide.a where wide.terms = 1
union all
select rule, one.user from wide join satisfied one on one.set = wide.a join satisfied two on two.set = wide.b and two.user = one.user
where wide.terms = 2
union all
select rule, one.user from wide join satisfied one on one.set = wide.a join satisfied two on two.set = wide.b and two.user = one.user
join satisfied three on three.set = wide.c and three.user = one.user where wide.terms = 3
"""

BITS = """
create or replace temp table met as
select sets.set, bit_or(columns.bits) bits from sets join columns using (package) where sets.at_least = 1 group by sets.set
union all
select set, bitstring_agg(satisfied.user, 0, {last}) bits from satisfied group by set
"""

AND = """
create or replace temp table conflicts as
select rule, bit_and(met.bits) bits from parts join met using (set) group by rule having count(*) = any_value(parts.terms)
"""

EACH = "insert into conflicts select {rule}, user from ({terms}) group by user having count(*) = {number}"
TERM = "select user from held where package in ({packages}) group by user having count(*) >= {at_least}"


def sets(demand):
    """Equal sets get one number: rows of (set, at_least, size, package), and for each rule the numbers of its sets."""
    known, rows, of_rules, terms = {}, [], {}, {}
    for rule, term, at_least, package in demand:
        terms.setdefault((rule, term, at_least), []).append(package)
    for (rule, _, at_least), packages in terms.items():
        key = (at_least, tuple(sorted(packages)))
        if key not in known:
            known[key] = len(known)
            rows += [(known[key], at_least, len(packages), package) for package in packages]
        of_rules.setdefault(rule, []).append(known[key])
    return rows, of_rules


def make(connection, name, columns, order=""):
    """A table of DuckDB's own from columns."""
    import pyarrow

    connection.register("arrow", pyarrow.table(columns))
    connection.execute(f"create table {name} as from arrow {order}")
    connection.unregister("arrow")


def prepared(connection, form, users, holders, demand):
    """The tables beside `held`, which is there; `demand` has rows (rule, term, at_least, package), `holders` is by package.

    The answer leaves all conflicts in a table `conflicts`: (rule, user), or with `bits` (rule, bits).
    """
    import numpy

    columns = lambda names, rows: dict(zip(names, numpy.array(rows, dtype=numpy.int32).T))  # noqa: E731
    rows, of_rules = sets(demand)
    if max(map(len, of_rules.values())) > 3:
        raise SystemExit("rules_duckdb: written for rules of up to three terms")
    make(connection, "sets", columns(("set", "at_least", "size", "package"), rows))
    # The smallest set first: fewest rows to look up in the others.
    size = [0] * (rows[-1][0] + 1)
    for number, _, _, package in rows:
        size[number] += int(holders[package]) if package >= 0 else 0
    ordered = {rule: sorted(own, key=lambda number: size[number]) for rule, own in of_rules.items()}
    wide = [(rule, len(own), *own, *[-1] * (3 - len(own))) for rule, own in ordered.items()]
    make(connection, "wide", columns(("rule", "terms", "a", "b", "c"), wide))
    parts = [(rule, number, len(own)) for rule, own in of_rules.items() for number in own]
    make(connection, "parts", columns(("rule", "set", "terms"), parts))
    if form == "query":
        make(connection, "demand", columns(("rule", "term", "at_least", "package"), demand))
        connection.execute("create table terms as select rule, count(distinct term) terms from demand group by rule")
    if form == "bits":
        bits = f"bitstring_agg(user, 0, {users - 1}) bits"
        connection.execute(f"create table columns as select package, {bits} from held group by package")
    steps = list(statements(form, users, demand))

    def work():
        for step in steps:
            connection.execute(step)

    return work


def statements(form, users, demand):
    """What is timed."""
    if form == "query":
        return [QUERY]
    if form == "sets":
        return [SATISFIED.format(only=""), JOINS]
    if form == "bits":
        counted = SATISFIED.format(only="and sets.at_least > 1").replace("sets.size = 1", "false")
        return [counted, BITS.format(last=users - 1), AND]
    return ["create or replace temp table conflicts (rule integer, user integer)", *one_by_one(demand)]


def one_by_one(demand):
    """A statement for every rule."""
    packages = {}
    for rule, term, at_least, package in demand:
        packages.setdefault(rule, {}).setdefault((term, at_least), []).append(package)
    for rule, terms in packages.items():
        asked = [TERM.format(packages=", ".join(map(str, own)), at_least=key[1]) for key, own in terms.items()]
        yield EACH.format(rule=rule, terms=" union all ".join(asked), number=len(asked))


def prepare(form, tenant, rules, threads):
    import duckdb
    import numpy

    connection = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})
    held = {"user": tenant.users_held(), "package": tenant.packages_held}
    make(connection, "held", held, "order by package, user" if form in ("each", "sets") else "")
    holders = numpy.bincount(tenant.packages_held, minlength=tenant.packages)
    demand = list(zip(*(column.tolist() for column in vars(rules).values())))
    work = prepared(connection, form, tenant.users, holders, demand)

    def pairs():
        for batch in connection.sql("select rule, user from conflicts").to_arrow_reader(1_000_000):
            yield tuple(column.to_numpy() for column in batch.columns)

    def from_bits():
        # A bitstring is a byte that says how many bits of the first byte are padding, and then the bits.
        for batch in connection.sql("select rule, bits::blob from conflicts").to_arrow_reader(1_000):
            for rule, blob in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist()):
                raw = numpy.frombuffer(blob, numpy.uint8)
                users = numpy.flatnonzero(numpy.unpackbits(raw)[len(raw) * 8 - tenant.users:])
                yield numpy.full(len(users), rule), users

    return work, lambda _: from_bits() if form == "bits" else pairs()


if __name__ == "__main__":
    judge(prepare)
