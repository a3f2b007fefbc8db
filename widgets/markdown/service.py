"""The warm Node process that runs cells and sets formulas; see widgets/build/service.mjs."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).resolve().parents[1] / "build/service.mjs"
SECONDS_PER_QUESTION = 180


class ServiceError(RuntimeError):
    """A question that could not be answered, and why."""


class Service:
    """One Node process, started by the first question and asked one question at a time."""

    def __init__(self, limit: float = SECONDS_PER_QUESTION, script: Path = SCRIPT) -> None:
        self.limit = limit
        self.script = script
        self.process: subprocess.Popen[str] | None = None
        self.answers: queue.Queue[str | None] = queue.Queue()
        self.lock = threading.Lock()

    def ask(self, op: str, **question: Any) -> dict[str, Any]:
        with self.lock:
            process = self._running()
            assert process.stdin is not None
            try:
                process.stdin.write(json.dumps({"op": op, **question}) + "\n")
                process.stdin.flush()
                line = self.answers.get(timeout=self.limit)
            except queue.Empty:
                self.stop()
                raise ServiceError(f"it did not end within {self.limit:g} seconds") from None
            except OSError:
                line = None
            if line is None:
                self.stop()
                raise ServiceError("Node ended; `python -m widgets.build` may mend its parts")
        answer = json.loads(line)
        if "error" in answer:
            raise ServiceError(answer["error"])
        return answer

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
            self.process = None

    def _running(self) -> subprocess.Popen[str]:
        if self.process is None or self.process.poll() is not None:
            from ..build.node import environment, node_path

            self.answers = queue.Queue()
            self.process = subprocess.Popen(
                [node_path(), str(self.script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env=environment(),
            )
            threading.Thread(
                target=listen, args=(self.process.stdout, self.answers), daemon=True
            ).start()
        return self.process


def listen(stdout: Any, answers: queue.Queue[str | None]) -> None:
    for line in stdout:
        answers.put(line)
    answers.put(None)


@functools.cache
def service() -> Service:
    """The one service of this process."""
    started = Service()
    atexit.register(started.stop)
    return started
