"""WebKitGTK's MiniBrowser, by the classic WebDriver that comes with it, on a screen of its own."""

import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from .engine import Engine, Missing, key_actions, pointer_actions

PLACES = ("lib/*/webkit*gtk*", "lib64/webkit*gtk*", "libexec/webkit*gtk*")
# The browser's own buttons would keep its window wider than a phone.
NARROW = "* { min-width: 0; padding: 0; margin: 0; } entry, label { font-size: 1px; }"
# This driver tells nothing of the console: the tests' host writes this into each page.
WATCH = """<script>
self.broken = [];
addEventListener("error", (event) =>
  broken.push(event.message ?? `${event.target.src ?? event.target.href} did not load`), true);
addEventListener("unhandledrejection", ({ reason }) => broken.push(String(reason)));
console.error = (...words) => broken.push(words.join(" "));
</script>"""


class WebKit(Engine):
    name = "webkit"
    has_touch = False  # the driver's finger presses, but the page is told of a mouse

    def __init__(self) -> None:
        browser = find_browser()
        lacking = [tool for tool in ("WebKitWebDriver", "Xvfb") if not shutil.which(tool)]
        if lacking or browser is None:
            raise Missing("No WebKit: Debian's packages are webkit2gtk-driver and xvfb.")
        self.browser = browser
        self.session = ""
        self.errors = []
        with ExitStack() as stack:
            config = stack.enter_context(tempfile.TemporaryDirectory(prefix="webkit-"))
            style = Path(config, "gtk-3.0/gtk.css")
            style.parent.mkdir()
            style.write_text(NARROW)
            screen = stack.enter_context(Screen())
            self.environment = {**os.environ, "DISPLAY": screen.name, "XDG_CONFIG_HOME": config}
            self.driver = stack.enter_context(ExitStack())
            self.start_driver()
            self.stack = stack.pop_all()

    def start_driver(self) -> None:
        """Start a driver, in the place of the one that was there."""
        self.driver.close()
        port = free_port()
        process = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.driver.callback(end, process)
        self.root = f"http://127.0.0.1:{port}"
        wait_for(lambda: self.send("GET", "/status"))

    def send(self, method: str, path: str, seconds: float = 120, **body: Any) -> Any:
        data = json.dumps(body).encode() if method == "POST" else None
        request = urllib.request.Request(self.root + path, method=method, data=data)
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise RuntimeError(f"{path}: {error.read().decode()[:500]}") from None

    def new_reader(self) -> None:
        self.leave()
        options = {"binary": self.browser, "args": ["--automation"]}
        wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        begin = functools.partial(
            self.send, "POST", "/session", seconds=60, capabilities={"alwaysMatch": wanted}
        )
        try:
            made = begin()
        except TimeoutError:  # seldom the driver waits for a browser that has not come up
            self.start_driver()
            made = begin()
        self.session = f"/session/{made['sessionId']}"
        self.errors = []
        self.resize(1280, 900)

    def leave(self) -> None:
        if self.session:
            self.send("DELETE", self.session)
            self.session = ""

    def goto(self, address: str) -> None:
        self.keep_complaints()
        self.send("POST", f"{self.session}/url", url=address)

    def reload(self) -> None:
        self.keep_complaints()
        self.send("POST", f"{self.session}/refresh")

    def evaluate(self, expression: str) -> Any:
        script = (
            "const done = arguments[arguments.length - 1];"
            f"(async () => (await ({expression})) ?? null)()"
            ".then((value) => done({ value }), (error) => done({ error: String(error) }));"
        )
        result = self.send("POST", f"{self.session}/execute/async", script=script, args=[])
        if "error" in result:
            raise RuntimeError(result["error"])
        return result["value"]

    def point(self, x: float, y: float, kind: str) -> None:
        self.act(pointer_actions(x, y, kind))

    def press(self, chord: str) -> None:
        self.act(key_actions(chord))

    def act(self, actions: list[dict[str, Any]]) -> None:
        self.send("POST", f"{self.session}/actions", actions=actions)

    def resize(self, width: int, height: int) -> None:
        """The window is as wide as its page, and higher by the browser's buttons."""
        for more in (0, height - self.evaluate("innerHeight")):
            rect = {"x": 0, "y": 0, "width": width, "height": height + more}
            self.send("POST", f"{self.session}/window/rect", **rect)
            wait_for(lambda: self.evaluate("innerWidth") == width)

    def complaints(self) -> list[str]:
        self.keep_complaints()
        return super().complaints()

    def keep_complaints(self) -> None:
        for told in self.evaluate("(self.broken ?? []).splice(0)"):
            self.complain(told)

    def close(self) -> None:
        self.leave()
        self.stack.close()


class Screen:
    """A virtual screen, large enough for every window of the tests."""

    def __enter__(self) -> "Screen":
        read, write = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1200x24"],
            pass_fds=[write],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as told:
            self.name = f":{told.readline().strip()}"
        return self

    def __exit__(self, *_: object) -> None:
        end(self.process, group=False)


def end(process: subprocess.Popen[bytes], group: bool = True) -> None:
    with suppress(ProcessLookupError):
        if group:
            os.killpg(process.pid, signal.SIGTERM)
        else:
            process.terminate()
    process.wait()


def find_browser() -> str | None:
    """MiniBrowser lies beside WebKit's library, not on the path."""
    found = (path for place in PLACES for path in Path("/usr").glob(f"{place}/MiniBrowser"))
    return next(map(str, found), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition: Any, seconds: float = 10.0) -> None:
    stop = time.monotonic() + seconds
    while True:
        with suppress(OSError):
            if condition():
                return
        if time.monotonic() > stop:
            raise AssertionError("WebKit did not follow.")
        time.sleep(0.05)
