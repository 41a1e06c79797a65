"""A headless Chromium, driven over its DevTools protocol by a pipe: the standard library is enough.

Every event is kept, so that a test can ask afterwards what was requested, logged, thrown or opened.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

NAMES = ["chromium", "chromium-browser", "google-chrome"]


def find_or_install():
    """The browser's path. Installs Debian's where there is none; the run fails if that fails."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    # Whoever is not root may be allowed to become it without being asked.
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        command = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments]
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError as error:
            sys.exit(f"browser: there is no Chromium, and nothing to install it with: {error}")
        if done.returncode != 0:
            sys.exit(f"browser: `{' '.join(command)}` failed, and without Chromium the page is not tested\n{done.stderr}")
    return shutil.which("chromium") or sys.exit("browser: chromium was installed and is not there")


class Browser:
    """One browser with one page. `send` gives the answer; what the browser tells meanwhile is in `events`."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        # The browser reads commands from its descriptor 3 and writes to 4.
        (its_in, self.out), (self.into, its_out) = os.pipe(), os.pipe()

        def descriptors():
            spare = [os.dup(its_in), os.dup(its_out)]
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        command = [
            find_or_install(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-component-update",
            "--remote-debugging-pipe", f"--user-data-dir={self.profile.name}", "about:blank",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command, preexec_fn=descriptors, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(its_in)
        os.close(its_out)
        self.buffer, self.number, self.session, self.events = b"", 0, None, []
        page = next(one for one in self.send("Target.getTargets")["targetInfos"] if one["type"] == "page")
        self.session = self.send("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.send(f"{domain}.enable")

    def close(self):
        try:
            self.send("Browser.close")
            self.process.wait(10)
        except (OSError, EOFError, TimeoutError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.profile.cleanup()

    def read(self, seconds):
        """The next message, or None when there is none for so long."""
        until = time.monotonic() + seconds
        while b"\0" not in self.buffer:
            if not select.select([self.into], [], [], max(0, until - time.monotonic()))[0]:
                return None
            piece = os.read(self.into, 1 << 20)
            if not piece:
                raise EOFError("the browser has gone")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, seconds=120, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read(seconds)
            if answer is None:
                raise TimeoutError(f"{method} took more than {seconds} seconds")
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)
            if answer.get("method") == "Page.javascriptDialogOpening":
                # Somebody's script runs: let it go on, the event tells.
                self.number += 1
                close = {"id": self.number, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
                os.write(self.out, json.dumps({**close, "sessionId": self.session}).encode() + b"\0")
                self.number -= 1

    def script(self, text):
        """The value of an expression, awaited."""
        done = self.send("Runtime.evaluate", expression=text, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            raise RuntimeError(f"{text}\n{done['exceptionDetails']}")
        return done["result"].get("value")

    def until(self, condition, seconds=30):
        """Waits for an expression to be true, and tells how long that took."""
        began = time.monotonic()
        while not self.script(f"Boolean({condition})"):
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"not within {seconds} seconds: {condition}")
            time.sleep(0.05)
        return time.monotonic() - began

    def open(self, url):
        began = time.monotonic()
        self.send("Page.navigate", url=url)
        self.until(f"location.href.startsWith({json.dumps(url.split('#')[0])}) && document.readyState === 'complete'", 120)
        return time.monotonic() - began

    def key(self, key, text="", modifiers=0):
        kind = {"key": key, "code": key, "modifiers": modifiers}
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40, "ArrowLeft": 37, "ArrowRight": 39}
        kind["windowsVirtualKeyCode"] = codes.get(key, ord(key.upper()) if len(key) == 1 else 0)
        if key == "Enter":
            text = "\r"
        self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **kind)
        self.send("Input.dispatchKeyEvent", type="keyUp", **kind)

    def type(self, text):
        self.send("Input.insertText", text=text)

    def size(self, width, height):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def scheme(self, dark, media=""):
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.send("Emulation.setEmulatedMedia", media=media, features=features)

    def picture(self, path):
        shot = self.send("Page.captureScreenshot", format="png")
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))
