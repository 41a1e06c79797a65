"""What a figure is worth nothing without: machine, versions, commit, load."""

import os
import pathlib
import platform
import subprocess

from . import places


def output(*command):
    """First line of what a command says, or a note that it said nothing."""
    try:
        done = subprocess.run(command, cwd=places.ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.partition("\n")[0]


def processor():
    """The model as the kernel has it, and the vector levels that matter here."""
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or "unknown", set()
    fields = dict(line.split(":", 1) for line in text.partition("\n\n")[0].splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    name = f"{fields.get('model name', 'unknown')} family {fields.get('cpu family')} model {fields.get('model')}"
    return name, set(fields.get("flags", "").split()) & {"avx2", "avx512f", "avx512vpopcntdq"}


def describe():
    """A dictionary for the head of the report."""
    name, flags = processor()
    clean = output("git", "--no-optional-locks", "status", "--porcelain") == ""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "machine": f"{name} ({', '.join(sorted(flags)) or 'no AVX2'}), {os.cpu_count()} CPUs, {memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "rustc": output("rustc", "--version"),
        "commit": output("git", "rev-parse", "--short=12", "HEAD") + ("" if clean else ", with uncommitted changes"),
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
    }
