"""Getting ready: the venv with the peers, sod and the Rust peers built in release for the baseline CPU, as users get them."""

import os
import subprocess
import sys

from . import places
from .trouble import Trouble

PROGRAMS = ("count_bitmaps", "export_script", "measured", "read_tree", "write_export")


def step(command, purpose, hint, **options):
    """Runs `command`; its output goes to standard error, standard output being for tables."""
    print(f"# {purpose}: {' '.join(map(str, command))}", file=sys.stderr, flush=True)
    try:
        status = subprocess.run([str(part) for part in command], stdout=sys.stderr, **options).returncode
    except FileNotFoundError:
        raise Trouble(f"{purpose}: `{command[0]}` is not installed") from None
    if status:
        raise Trouble(f"{purpose} failed with exit code {status}: {hint}")


def venv():
    """Makes the venv, or leaves it alone if it was made from these requirements."""
    requirements = (places.PEERS / "requirements.txt").read_text()
    made_from = places.home() / "venv" / "made-from.txt"
    if places.python().exists() and made_from.exists() and made_from.read_text() == requirements:
        return
    places.need_space(4, "the venv with the peers")
    folder = places.home() / "venv"
    step([sys.executable, "-m", "venv", folder], "making the venv", "is python3-venv installed?")
    step([places.python(), "-m", "pip", "install", "--quiet", "-r", places.PEERS / "requirements.txt"],
         "installing the peers", "it needs PyPI; behind a proxy or a mirror set PIP_INDEX_URL")
    made_from.write_text(requirements)


def built(parts, ready=None):
    """Builds what `parts` name, and answers with the path of each program: `sod`, `count_csr`, `judge_csr` and the Rust peers.

    With `ready`, a folder, sod's own programs are taken from there: to measure a build made elsewhere or earlier.
    """
    environment = {key: value for key, value in os.environ.items() if key not in ("RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS")}
    environment["CARGO_TARGET_DIR"] = str(places.target())
    places.need_space(3, "building")
    cargo = ["cargo", "build", "--release", "--locked"]
    hint = "the compiler's message is above; a first build needs crates.io"
    ours = places.target() / "release"
    examples = ("count_csr", "judge_csr")
    programs = {"sod": ours / "sod"} | {name: ours / "examples" / name for name in examples}
    wanted = {"sod": ["-p", "sod-cli"]} | {name: ["-p", "sod-benches", "--example", name] for name in examples}
    for name in parts:
        if ready is None:
            step([*cargo, *wanted[name]], f"building {name}", hint, cwd=places.ROOT, env=environment)
            continue
        programs[name] = (ready / name).resolve()
        if not os.access(programs[name], os.X_OK):
            raise Trouble(f"--bin: no program at {programs[name]}")
    environment["CARGO_TARGET_DIR"] = str(places.target() / "peers")
    step(cargo, "building the Rust peers", hint, cwd=places.CRATES, env=environment)
    return programs | {name: places.target() / "peers" / "release" / name for name in PROGRAMS}
