"""`sod serve` on loopback, for as long as it is needed."""

import pathlib
import subprocess
import tempfile
import time

SECONDS_TO_START = 120


class Served:
    """Starts `sod serve`, waits until it listens, and stops it."""

    def __init__(self, sod, *arguments):
        self.folder = tempfile.TemporaryDirectory()
        self.file = pathlib.Path(self.folder.name, "address")
        self.log = open(pathlib.Path(self.folder.name, "log"), "w+")
        command = [sod, "serve", *arguments, "--address-file", self.file]
        self.process = subprocess.Popen([str(word) for word in command], stdout=self.log, stderr=self.log)

    def __enter__(self):
        began = time.monotonic()
        while not self.file.exists():
            if self.process.poll() is not None or time.monotonic() - began > SECONDS_TO_START:
                self.stop()
                raise SystemExit(f"graph-clients: sod serve did not start:\n{self.said()}")
            time.sleep(0.05)
        return self.file.read_text().strip()

    def __exit__(self, *_):
        status = self.stop()
        if status != 0:
            raise SystemExit(f"graph-clients: sod serve ended with {status}:\n{self.said()}")

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def said(self):
        self.log.seek(0)
        return self.log.read()[-4000:]
