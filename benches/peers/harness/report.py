"""The page that is printed: head, one table for each subject, and how to read it."""

from . import table

READING = """\
`first s`: the first count of a process (suite count), or the first round (export, tree). `median s` and `min to max s`: the
later ones, warm, of which there are `n`. `ratio`: seconds against sod's in the same round, median and range over the rounds,
later ones against later ones, or first against first where a contestant was too slow to be repeated; above 1 sod is faster.
`first ratio`: first against first for all. `peak MB`: the process's peak resident memory (wait4), load and check included.
Differences under a third are ties on a shared machine."""


def head(facts, command):
    """Machine, commit, command."""
    lines = [f"- {name}: {value}" for name, value in facts.items()]
    return "\n".join([*lines, f"- command: `{command}`", "", READING])


def section(title, results, left_out, problems):
    """One table under its title, and what went wrong."""
    notes = [f"- {name}: {why}" for name, why in left_out.items()]
    wrong = [f"- **WRONG** {name}, {problem}" for name, problem in problems]
    parts = [f"## {title}", table.markdown(results), "\n".join(notes), "\n".join(wrong)]
    return "\n\n".join(part for part in parts if part)
