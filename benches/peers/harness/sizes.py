"""What is run: tenants by name, and how much of each suite fits into seconds, minutes, hours."""

from dataclasses import dataclass

from .trouble import Trouble


@dataclass(frozen=True)
class Tenant:
    """What `generator/tenant.py` is asked for."""

    shape: str
    users: int
    packages: int
    holdings: int


TENANTS = {
    "S": Tenant("departments", 10_000, 300, 120_000),
    "M": Tenant("departments", 100_000, 2_000, 1_500_000),
    "L": Tenant("departments", 1_000_000, 10_000, 20_000_000),
    "R": Tenant("departments", 1_000_000, 2_000, 20_000_000),
    "XL": Tenant("departments", 5_000_000, 20_000, 100_000_000),
    "D": Tenant("dense", 200_000, 2_000, 80_000_000),
    "flat": Tenant("flat", 100_000, 2_000, 1_500_000),
    "zipf": Tenant("zipf", 100_000, 2_000, 1_500_000),
    "few-users": Tenant("departments", 3_000, 20_000, 300_000),
    "many-packages": Tenant("departments", 300_000, 40_000, 3_000_000),
}


@dataclass(frozen=True)
class Size:
    """One `--size`. Rounds, seconds a process may take, seconds above which one run has to do."""

    rounds: int
    process_s: float
    once_above_s: float
    count: tuple
    export: tuple  # of (tenant, rows at most)
    tree: tuple  # users, packages, assignments
    rules: tuple  # of (tenant, rules)


SIZES = {
    "seconds": Size(3, 60, 10, ("S", "M"), (("S", 120_000),), (1_500, 100, 8_000), (("S", 500), ("M", 2_000))),
    "minutes": Size(3, 300, 30, ("M", "L", "flat", "few-users"), (("M", 1_600_000),), (15_000, 400, 75_000), (("R", 10_000),)),
    "hours": Size(5, 3_600, 120, tuple(TENANTS), (("M", 1_600_000), ("L", 5_000_000)), (60_000, 800, 300_000), (("R", 10_000), ("XL", 10_000))),
}


def tenant(name):
    """By name."""
    if name not in TENANTS:
        raise Trouble(f"no tenant is called `{name}`: {', '.join(TENANTS)}")
    return TENANTS[name]
