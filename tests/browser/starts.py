"""What the tests of Python's start share: a host that serves some files changed, and a start on it."""

import contextlib
import functools
import http.server
import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from playwright.sync_api import Page, Worker

from .conftest import SITE, Handler

PYTHON = SITE / "assets/pyodide"
MAIN = "/assets/pyodide/pyodide.asm.wasm"
MISSING, STALLED = b"missing", b"stalled"
CODE = (
    "import numpy as np\nimport book_code\nprint(np.arange(6).reshape(2, 3) @ np.ones((3, 1)))"
)
ANSWER = "[[ 3.]\n [12.]]\n"
# As widgets/src/runtime/workers.ts does it for the pages.
PYTHON_WORKER = """
const pythonWorker = () => {
  const make = (name) => new Worker(`/assets/book/${name}.js`, { type: "module", name });
  const [worker, unpacker] = ["worker", "unpacker"].map(make);
  const { port1, port2 } = new MessageChannel();
  const tell = (port, transfer = []) => worker.postMessage({ kind: "unpacker", port }, transfer);
  unpacker.onerror = () => tell(null);
  unpacker.postMessage(null, [port1]);
  tell(port2, [port2]);
  return worker;
};
"""
START = """
() => { PYTHON_WORKER
self.begin = (code, release, draws) => new Promise((resolve, reject) => {
  const worker = pythonWorker();
  worker.onerror = (event) => reject(event.message);
  worker.onmessage = ({ data }) => {
    if (data.kind === "failed" || data.kind === "refused") reject(data.message);
    if (data.kind === "ready")
      worker.postMessage({ kind: "task", id: 1, task: { kind: "run", page: "p", cell: "c", code } });
    if (data.kind === "done")
      resolve(data.answer.outputs.map(({ kind, text, message }) => text ?? message ?? kind).join(""));
  };
  const python = new URL("/assets/pyodide/", location.href).href;
  worker.postMessage({ kind: "start", python, draws, interrupt: null, release });
}) }
""".replace("PYTHON_WORKER", PYTHON_WORKER)
DRAWING = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
MARKS = "() => performance.getEntriesByName('python-started').map((mark) => mark.detail)"


def release(assets: Path = SITE / "assets") -> str:
    """What the worker wants to hear from its page."""
    script = (assets / "book/worker.js").read_text(encoding="utf-8")
    found = re.search(r'="([0-9a-f]{16})"', script)
    assert found, "The worker names no release."
    return found[1]


def start(page: Page, code: str = CODE, draws: bool = False) -> tuple[str, dict[str, str]]:
    """What a new Python answers, and how it says that it started."""
    page.evaluate(START)
    answer = page.evaluate("(words) => self.begin(...words)", [code, release(), draws])
    return answer, python(page).evaluate(MARKS)[0]


def python(page: Page) -> Worker:
    """Where this page's last Python runs."""
    return next(worker for worker in page.workers[::-1] if worker.url.endswith("/worker.js"))


class Host(Handler):
    """Serves the site, some of its files changed; counts what was asked for."""

    instead: ClassVar[dict[str, list[bytes]]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        bodies = self.instead.get(self.path)
        if not bodies:
            return super().do_GET()
        body = bodies[0] if len(bodies) == 1 else bodies.pop(0)
        if body == STALLED:
            time.sleep(8)
            self.close_connection = True
            return None
        kind = "text/javascript" if self.path.endswith(".js") else "application/wasm"
        self.send_response(404 if body == MISSING else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):  # a browser that has seen enough hangs up
            self.wfile.write(body)
        return None


@contextlib.contextmanager
def changing_host() -> Iterator[str]:
    """The address of the site where `instead` changes what is served."""
    handler = functools.partial(Host, directory=str(SITE), headers={})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def instead(path: str, *bodies: bytes) -> None:
    """Serve other bytes for a file: one after the other, the last for ever."""
    Host.instead[path] = list(bodies)


NUMPY, MATPLOTLIB = 0, 1  # the layers


def image(layer: int = NUMPY) -> tuple[str, bytes]:
    """The address of a layer, and what stands there."""
    name = json.loads((PYTHON / "image.json").read_text())["layers"][layer]["file"]
    return f"/assets/pyodide/{name}", (PYTHON / name).read_bytes()


def drawing() -> tuple[str, bytes]:
    """The address of Matplotlib's bundle, and what stands there."""
    name = json.loads((PYTHON / "drawing.json").read_text())["file"]
    return f"/assets/pyodide/{name}", (PYTHON / name).read_bytes()
