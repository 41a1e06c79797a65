"""Generated data, made once under `places.home()` and kept: matrices, exports, trees of tiny files."""

import json
import shutil

from . import places
from .setup import step
from .sizes import tenant
from .trouble import Trouble

FORMS = ("page-lines", "pages", "pretty", "rows", "csv")
PLAIN = "plain"  # user and package, nothing else: the form of suite rules
ENDINGS = {"page-lines": ".pages.jsonl", "pages": ".pages", "pretty": ".pretty", "rows": ".rows.jsonl", "csv": ".csv", PLAIN: ".plain.csv"}
# Bytes of one assignment in each form, rounded up.
BYTES = {"page-lines": 1_130, "pages": 1_130, "pretty": 1_500, "rows": 1_130, "csv": 290, PLAIN: 76}


def complete(path, make):
    """Makes `path` under another name first, so that what is there is whole."""
    if path.exists():
        return path
    part = path.with_name(f"{path.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    make(part)
    part.rename(path)
    return path


def matrix(name, seed):
    """The folder of a tenant's matrix."""
    shape = tenant(name)

    def make(part):
        places.need_space(shape.holdings * 6e-9 + 0.1, f"tenant {name}")
        arguments = [shape.shape, shape.users, shape.packages, shape.holdings, seed, part]
        step([places.python(), places.PEERS / "generator" / "tenant.py", *arguments], f"generating tenant {name}",
             "its message is above")

    return complete(places.home() / "tenants" / f"{name}-{seed}", make)


def facts(folder):
    """The matrix's meta.json: `users`, `packages`, and of rows alone `nnz` and `increments`."""
    try:
        return json.loads((folder / "meta.json").read_text())
    except (OSError, ValueError) as error:
        raise Trouble(f"{folder} is no matrix folder (indptr.npy, indices.npy, meta.json): {error}") from None


def rule_facts(folder):
    """What the generator says of rules: `rules`, `functions`, `terms`, `rows`, `joined`."""
    return json.loads((folder / "rules.json").read_text())


def export(programs, name, seed, rows, form):
    """One form of a tenant's export."""

    def make(part):
        places.need_space(rows * BYTES[form] * 1e-9 + 0.1, f"the export of {name} as {form}")
        step([programs["write_export"], form, matrix(name, seed), part, "--rows", rows, "--seed", seed],
             f"writing the export of {name} as {form}", "its message is above")

    return complete(places.home() / "made" / f"{name}-{seed}-{rows}{ENDINGS[form]}", make)


def rules(name, seed, count, folder):
    """The folder of rules over the matrix in `folder`, which is called `name`."""

    def make(part):
        step([places.python(), places.PEERS / "generator" / "rules.py", folder, count, seed, part],
             f"generating {count:,} rules over {name}", "its message is above")

    return complete(places.home() / "rules" / f"{name}-{seed}-{count}", make)


def tree(programs, users, packages, assignments, seed):
    """A folder of one small file for each object, as EntraExporter leaves it; sod's own generator writes it."""

    def make(part):
        places.need_space(assignments * 12e-6 + 0.1, "the tree of tiny files")
        step([programs["sod"], "generate", "--shape", "entra-exporter", "--users", users, "--packages", packages,
              "--assignments", assignments, "--seed", seed, "-o", part, "--no-progress"],
             "generating the tree of tiny files", "its message is above")

    return complete(places.home() / "trees" / f"{users}-{packages}-{assignments}-{seed}", make)


def warm(path):
    """Reads a file or folder once, so that everybody finds it in the page cache. Returns files and bytes."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    size = 0
    for file in files:
        with open(file, "rb", buffering=0) as raw:
            while block := raw.read(1 << 20):
                size += len(block)
    return len(files), size
