"""Synthetic tenants as a matrix in compressed rows: `tenant.py SHAPE USERS PACKAGES HOLDINGS SEED FOLDER`.

Writes indptr.npy (int64), indices.npy (int32, ascending in each row, no repeats) and meta.json. The same numpy and the
same arguments give the same bytes. Shapes:

departments  A few packages that most of the company holds; departments, each with its own packages bundled into roles; a
             person has one to four roles of the department, takes most packages of each, and a few at random from the
             whole catalogue, popular ones more often. Four in a thousand have collected twelve times as many of those.
zipf         Draws from one Zipf law, nothing else: independent packages.
flat         Every package as likely as the next.
dense        Each package has its own share of users (a fifth on average), each user an own appetite.
"""

import json
import pathlib
import sys

import numpy

CHUNK_HOLDINGS = 2_000_000
COMPANY_WIDE = numpy.array([0.92, 0.81, 0.70, 0.58, 0.47, 0.35, 0.28, 0.22])
SAMPLE_USERS = 5_000
COLLECTORS, COLLECTED = 0.004, 12


def zipf(size, exponent):
    """Cumulative shares of `size` ranks."""
    weights = numpy.arange(1, size + 1, dtype=float) ** -exponent
    return numpy.cumsum(weights / weights.sum())


def draw(random, shares, count):
    """`count` ranks by their cumulative shares."""
    return numpy.minimum(numpy.searchsorted(shares, random.random(count)), len(shares) - 1)


def distinct(cells):
    """Sorted, without repeats; several times faster here than `numpy.unique`, which hashes first."""
    cells.sort()
    return cells[numpy.concatenate([[True], cells[1:] != cells[:-1]])]


class Departments:
    """Company-wide packages, roles of departments, and a tail. Ranks, not ids: `tenant` shuffles them."""

    def __init__(self, packages, mean, random):
        self.packages = packages
        self.mean = mean
        self.wide = COMPANY_WIDE[: max(2, min(len(COMPANY_WIDE), int(mean / 2)))]
        self.catalogue = zipf(packages, 0.95)
        departments = max(4, int(packages**0.5 / 1.5))
        self.sizes = zipf(departments, 0.5)
        self.roles_each = 6
        own = (packages - len(self.wide)) // departments
        lengths = random.integers(3, max(4, int(mean * 0.6)) + 1, departments * self.roles_each)
        owner = numpy.repeat(numpy.arange(departments), self.roles_each)
        inside = (draw(random, zipf(own, 0.6), lengths.sum())).astype(numpy.int64)
        self.role_starts = numpy.concatenate([[0], numpy.cumsum(lengths)])
        self.role_packages = len(self.wide) + numpy.repeat(owner * own, lengths) + inside
        self.tail_mean = max(1.0, mean / 4)
        self.tail_mean = max(0.5, self.tail_mean + mean - self.mean_of_sample())

    def mean_of_sample(self):
        """Holdings a user with the present tail: repeats make it less than the sum of the draws."""
        user, package = self.holdings(numpy.random.default_rng(1), SAMPLE_USERS)
        return len(distinct(user * self.packages + package)) / SAMPLE_USERS

    def holdings(self, random, users):
        """Users and packages, with repeats."""
        found = [(numpy.flatnonzero(random.random(users) < share), rank) for rank, share in enumerate(self.wide)]
        department = draw(random, self.sizes, users)
        roles = numpy.minimum(1 + random.poisson(0.8, users), 4)
        holder = numpy.repeat(numpy.arange(users), roles)
        role = department[holder] * self.roles_each + random.integers(0, self.roles_each, len(holder))
        lengths = self.role_starts[role + 1] - self.role_starts[role]
        before = numpy.cumsum(lengths) - lengths
        place = numpy.arange(lengths.sum()) - numpy.repeat(before - self.role_starts[role], lengths)
        taken = random.random(len(place)) < 0.85
        found.append((numpy.repeat(holder, lengths)[taken], self.role_packages[place[taken]]))
        appetite = numpy.where(random.random(users) < COLLECTORS, COLLECTED, 1) * self.tail_mean
        tail = random.geometric(1 / (1 + appetite)) - 1
        found.append((numpy.repeat(numpy.arange(users), tail), draw(random, self.catalogue, tail.sum())))
        user = numpy.concatenate([user for user, _ in found])
        return user, numpy.concatenate([numpy.broadcast_to(package, len(user)) for user, package in found])


class Independent:
    """Draws from one law, Zipf or flat; repeats are made up for by more draws."""

    def __init__(self, packages, mean, exponent):
        self.packages = packages
        self.shares = zipf(packages, exponent)
        self.draws = mean
        for _ in range(8):
            user, package = self.holdings(numpy.random.default_rng(1), SAMPLE_USERS)
            self.draws *= mean * SAMPLE_USERS / len(distinct(user * packages + package))

    def holdings(self, random, users):
        """Users and packages, with repeats."""
        user = numpy.repeat(numpy.arange(users), random.poisson(self.draws, users))
        return user, draw(random, self.shares, len(user))


class Dense:
    """A share for each package, from 0.2 % to 80 %, and an appetite for each user."""

    def __init__(self, packages, mean, random):
        self.shares = random.gamma(1.5, 1.0, packages)
        self.shares *= mean / self.shares.sum()
        self.shares = numpy.clip(self.shares, 0.002, 0.8).astype(numpy.float32)

    def holdings(self, random, users):
        """Users and packages, without repeats."""
        appetite = random.uniform(0.6, 1.4, (users, 1)).astype(numpy.float32)
        return numpy.nonzero(random.random((users, len(self.shares)), numpy.float32) < appetite * self.shares)


def law(shape, packages, mean, random):
    """The shape by its name."""
    laws = {
        "departments": lambda: Departments(packages, mean, random),
        "zipf": lambda: Independent(packages, mean, 1.0),
        "flat": lambda: Independent(packages, mean, 0.0),
        "dense": lambda: Dense(packages, mean, random),
    }
    if shape not in laws:
        sys.exit(f"unknown shape `{shape}`: one of {', '.join(laws)}")
    return laws[shape]()


def tenant(shape, users, packages, holdings, seed):
    """Row lengths and packages of every row."""
    random = numpy.random.default_rng(seed)
    names = random.permutation(packages).astype(numpy.int32)
    model = law(shape, packages, holdings / users, random)
    lengths, held = [], []
    chunk = max(1_000, int(CHUNK_HOLDINGS * users / holdings))
    for begin in range(0, users, chunk):
        count = min(chunk, users - begin)
        user, rank = model.holdings(random, count)
        cell = distinct(user.astype(numpy.int64) * packages + names[rank])
        lengths.append(numpy.bincount(cell // packages, minlength=count))
        held.append((cell % packages).astype(numpy.int32))
    return numpy.concatenate(lengths), numpy.concatenate(held)


def main(shape, users, packages, holdings, seed, folder):
    users, packages, holdings, seed = (int(number) for number in (users, packages, holdings, seed))
    lengths, held = tenant(shape, users, packages, holdings, seed)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    numpy.save(folder / "indptr.npy", numpy.concatenate([[0], numpy.cumsum(lengths)]).astype(numpy.int64))
    numpy.save(folder / "indices.npy", held)
    lengths = lengths.astype(numpy.int64)
    meta = {
        "shape": shape, "users": users, "packages": packages, "nnz": len(held), "seed": seed,
        # Of rows alone: what every contestant's sum of pair counts must be.
        "increments": int((lengths * (lengths - 1) // 2).sum()),
        "largest_row": int(lengths.max()),
        "largest_package": int(numpy.bincount(held, minlength=packages).max()),
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n")
    print(json.dumps(meta))


if __name__ == "__main__":
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    main(*sys.argv[1:])
