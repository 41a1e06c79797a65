"""A B A B: each round runs every contestant once, so that a slow quarter of an hour hits all of them alike."""

import sys
from dataclasses import dataclass, field

from .process import measure


@dataclass
class Contestant:
    """Who runs, how, and where its output goes if that is a file."""

    name: str
    command: list
    output: object = None


@dataclass
class Run:
    """One process of one contestant. `first` and `later` are seconds; `answer` is compared with everybody else's."""

    round: int
    first: list = field(default_factory=list)
    later: list = field(default_factory=list)
    answer: object = None
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    trouble: str = ""
    late: bool = False


@dataclass
class Limits:
    """How many rounds, how long one process may take, and from what length one run has to do."""

    rounds: int
    process_s: float
    once_above_s: float


def in_turn(contestants, limits, meter, environment, read):
    """Runs everybody in turn under `meter`. `read(contestant, measured, round)` turns a finished process into a `Run`."""
    runs = {contestant.name: [] for contestant in contestants}
    resting = set()
    for at in range(1, limits.rounds + 1):
        for contestant in contestants:
            if contestant.name in resting:
                continue
            if contestant.output is not None:
                contestant.output.unlink(missing_ok=True)
            command = [str(part) for part in contestant.command]
            measured = measure(meter, command, environment, limits.process_s)
            if measured.trouble:
                run = Run(at, trouble=measured.trouble, late=measured.late)
            else:
                run = read(contestant, measured, at)
            run.cpu_s, run.peak_mb = measured.cpu_s, measured.peak_mb
            runs[contestant.name].append(run)
            shown = run.trouble or " ".join(f"{s:.4f}" for s in run.first + run.later) + " s"
            print(f"#   round {at}  {contestant.name}: {shown}", file=sys.stderr, flush=True)
            if run.trouble or measured.wall_s > limits.once_above_s:
                resting.add(contestant.name)
    return runs
