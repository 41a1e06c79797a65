"""One program run in a process of its own and measured: wall clock, processor time, peak memory, what it said."""

import json
import os
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass


@dataclass
class Measured:
    """How one process went. `trouble` says why it has no result; `late` that this is for want of time alone."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    said: str = ""
    trouble: str = ""
    late: bool = False


def measure(meter, command, environment, limit_s):
    """Runs `command` under `meter` (see crates/src/bin/measured.rs), and kills both when the time is up."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.NamedTemporaryFile() as figures:
        child = subprocess.Popen([meter, figures.name, *command], stdout=out, stderr=err, env=environment,
                                 start_new_session=True)
        expired = threading.Event()

        def stop():
            expired.set()
            os.killpg(child.pid, signal.SIGKILL)

        watchdog = threading.Timer(limit_s, stop)
        watchdog.start()
        try:
            child.wait()
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        finally:
            watchdog.cancel()
        out.seek(0)
        err.seek(0)
        said, complaint = out.read().decode(errors="replace"), err.read().decode(errors="replace").strip()
        found = figures.read()
    if expired.is_set():
        return Measured(trouble=f"more than {limit_s:.0f} s", late=True)
    last = complaint.splitlines()[-1] if complaint else "no message"
    if not found:
        return Measured(trouble=f"could not be run: {last}")
    usage = json.loads(found)
    done = Measured(usage["wall_s"], usage["cpu_s"], usage["peak_mb"], said)
    if usage["code"]:
        done.trouble = f"exit code {usage['code']}: {last}"
    return done
