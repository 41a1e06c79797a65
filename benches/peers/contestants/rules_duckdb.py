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


def sets(rules):
    """Equal sets get one number: rows of (set, at_least, size, package), and for each rule the numbers of its sets."""
    known, rows, of_rules, terms = {}, [], {}, {}
    for rule, term, at_least, package in zip(*(column.tolist() for column in vars(rules).values())):
        terms.setdefault((rule, term, at_least), []).append(package)
    for (rule, _, at_least), packages in terms.items():
        key = (at_least, tuple(sorted(packages)))
        if key not in known:
            known[key] = len(known)
            rows += [(known[key], at_least, len(packages), package) for package in packages]
        of_rules.setdefault(rule, []).append(known[key])
    return rows, of_rules


def tables(connection, form, tenant, rules):
    """Everything that is not timed."""
    import numpy
    import pyarrow

    def make(name, columns, order=""):
        connection.register("arrow", pyarrow.table(columns))
        connection.execute(f"create table {name} as from arrow {order}")
        connection.unregister("arrow")

    held = {"user": tenant.users_held(), "package": tenant.packages_held}
    make("held", held, "order by package, user" if form in ("each", "sets") else "")
    make("demand", vars(rules))
    connection.execute("create table terms as select rule, count(distinct term) terms from demand group by rule")
    rows, of_rules = sets(rules)
    columns = numpy.array(rows, dtype=numpy.int32).T
    make("sets", dict(zip(("set", "at_least", "size", "package"), columns)))
    if max(map(len, of_rules.values())) > 3:
        raise SystemExit("rules_duckdb: written for rules of up to three terms")
    # The smallest set first: fewest rows to look up in the others.
    holders = numpy.bincount(tenant.packages_held, minlength=tenant.packages)
    size = numpy.bincount(columns[0], weights=holders[columns[3]])
    ordered = {rule: sorted(own, key=lambda number: size[number]) for rule, own in of_rules.items()}
    wide = [[rule, len(own), *own, *[-1] * (3 - len(own))] for rule, own in ordered.items()]
    make("wide", dict(zip(("rule", "terms", "a", "b", "c"), numpy.array(wide, dtype=numpy.int32).T)))
    parts = [(rule, number, len(own)) for rule, own in of_rules.items() for number in own]
    make("parts", dict(zip(("rule", "set", "terms"), numpy.array(parts, dtype=numpy.int32).T)))
    if form == "bits":
        last = tenant.users - 1
        connection.execute(f"create table columns as select package, bitstring_agg(user, 0, {last}) bits from held group by package")


def prepare(form, tenant, rules, threads):
    import duckdb

    connection = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})
    tables(connection, form, tenant, rules)

    def steps():
        if form == "query":
            return [QUERY]
        if form == "sets":
            return [SATISFIED.format(only=""), JOINS]
        if form == "bits":
            counted = SATISFIED.format(only="and sets.at_least > 1").replace("sets.size = 1", "false")
            return [counted, BITS.format(last=tenant.users - 1), AND]
        return ["create or replace temp table conflicts (rule integer, user integer)", *statements()]

    def statements():
        packages = {}
        for rule, term, at_least, package in zip(*(column.tolist() for column in vars(rules).values())):
            packages.setdefault(rule, {}).setdefault((term, at_least), []).append(package)
        for rule, terms in packages.items():
            asked = [TERM.format(packages=", ".join(map(str, own)), at_least=key[1]) for key, own in terms.items()]
            yield EACH.format(rule=rule, terms=" union all ".join(asked), number=len(asked))

    ready = list(steps())

    def work():
        for step in ready:
            connection.execute(step)

    def blocks(_):
        found = "select rule, user from conflicts"
        if form == "bits":
            return from_bits()
        return pairs(connection.sql(found))

    def pairs(relation):
        for batch in relation.to_arrow_reader(1_000_000):
            yield tuple(column.to_numpy() for column in batch.columns)

    def from_bits():
        import numpy

        # A bitstring is a byte that says how many bits of the first byte are padding, set to one, and then the bits.
        for batch in connection.sql("select rule, bits::blob from conflicts").to_arrow_reader(1_000):
            for rule, blob in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist()):
                raw = numpy.frombuffer(blob, numpy.uint8)
                users = numpy.flatnonzero(numpy.unpackbits(raw)[len(raw) * 8 - tenant.users:])
                yield numpy.full(len(users), rule), users

    return work, blocks


judge(prepare)
