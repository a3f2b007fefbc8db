"""Firefox, by its own WebDriver BiDi on a web socket: no driver is needed."""

import json
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from .engine import Engine, Missing, key_actions, pointer_actions

NAMES = ("firefox-esr", "firefox")


class Firefox(Engine):
    name = "firefox"

    def __init__(self) -> None:
        own = next(filter(None, map(shutil.which, NAMES)), None)
        if own is None:
            raise Missing("No Firefox: Debian's package is firefox-esr.")
        self.last = 0
        self.user = ""
        self.errors = []
        with ExitStack() as stack:
            profile = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True)
            )
            command = [own, "--headless", "--no-remote", "--profile", profile]
            process = stack.enter_context(
                subprocess.Popen(
                    [*command, "--remote-debugging-port", "0"],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            stack.callback(process.terminate)
            address = listening(Path(profile, "WebDriverBiDiServer.json"))
            self.socket = stack.enter_context(connect(address, max_size=None))
            self.send("session.new", capabilities={})
            self.send("session.subscribe", events=["log.entryAdded"])
            self.stack = stack.pop_all()

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Give a command and wait for its result; what is logged in between is kept."""
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv(timeout=120))
            if message.get("id") == self.last:
                break
            self.note(message)
        if message["type"] == "error":
            raise RuntimeError(f"{method}: {message['message']}")
        return message["result"]

    def note(self, message: dict[str, Any]) -> None:
        entry = message.get("params", {})
        if message.get("method") == "log.entryAdded" and entry["level"] == "error":
            self.complain(entry["text"])

    def new_reader(self) -> None:
        if self.user:
            self.send("browser.removeUserContext", userContext=self.user)
        self.errors = []
        self.user = self.send("browser.createUserContext")["userContext"]
        self.tab = self.send("browsingContext.create", type="tab", userContext=self.user)[
            "context"
        ]
        self.resize(1280, 900)

    def goto(self, address: str) -> None:
        self.send("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def reload(self) -> None:
        self.send("browsingContext.reload", context=self.tab, wait="complete")

    def evaluate(self, expression: str) -> Any:
        result = self.send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({expression})) ?? null))()",
            target={"context": self.tab},
            awaitPromise=True,
            userActivation=True,
        )
        if result["type"] == "exception":
            raise RuntimeError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    def point(self, x: float, y: float, kind: str) -> None:
        self.act(pointer_actions(x, y, kind))

    def press(self, chord: str) -> None:
        self.act(key_actions(chord))

    def act(self, actions: list[dict[str, Any]]) -> None:
        self.send("input.performActions", context=self.tab, actions=actions)

    def resize(self, width: int, height: int) -> None:
        self.send(
            "browsingContext.setViewport",
            context=self.tab,
            viewport={"width": width, "height": height},
        )

    def complaints(self) -> list[str]:
        self.send("session.status")  # what was logged before has arrived then
        return super().complaints()

    def close(self) -> None:
        self.stack.close()


def listening(file: Path) -> str:
    """The address that Firefox writes into its profile once it listens."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(OSError, ValueError):
            told = json.loads(file.read_text())
            return f"ws://{told['ws_host']}:{told['ws_port']}/session"
        time.sleep(0.05)
    raise RuntimeError("Firefox did not start.")
