"""Where things lie. The tree holds sources only; all that is made goes under one folder outside it."""

import os
import pathlib
import shutil

from .trouble import Trouble

PEERS = pathlib.Path(__file__).resolve().parent.parent
ROOT = PEERS.parent.parent
CRATES = PEERS / "crates"
CONTESTANTS = PEERS / "contestants"


def home():
    """`$SOD_PEERS_DIR`, or `sod-peers` in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = pathlib.Path(os.environ.get("SOD_PEERS_DIR") or f"{cache}/sod-peers").expanduser().resolve()
    if folder.is_relative_to(ROOT):
        raise Trouble(f"SOD_PEERS_DIR is {folder}, inside the tree; choose a folder outside")
    return folder


def python():
    """The interpreter that has the peers."""
    return home() / "venv" / "bin" / "python"


def target():
    """Where cargo builds."""
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or home() / "target").resolve()


def need_space(gigabytes, purpose):
    """Stops here if the disk has no room, and not half-way through a file."""
    home().mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home()).free / 1e9
    if free < gigabytes:
        raise Trouble(f"{purpose} needs {gigabytes:.1f} GB under {home()}, where {free:.1f} GB are free: "
                      "make room, or set SOD_PEERS_DIR to another disk")
