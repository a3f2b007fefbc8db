"""How soon a reader's first cell answers: the page's own start beside plain Pyodide with NumPy, same host.

Both are asked in a bare page, one after the other in turn, from a new profile (cold) and in a second tab of the
same browser (warm). The page itself keeps the time, from making the worker to the printed answer, and tells it to
the host: no developer tools are attached, which would have all that is fetched told to them as well. The bytes are
those that the host had sent by then. Ours imports book_code as well.
"""

from __future__ import annotations

import gzip
import http.server
import json
import os
import queue
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import Page, Playwright, sync_playwright

from tests.browser.conftest import chromium
from tests.browser.starts import PYTHON_WORKER, release

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "docs/assets"
STOCK = (ROOT / "widgets/node_modules/pyodide", ROOT / "build/gathered")
NUMPY = "import numpy as np\nprint(np.arange(6).reshape(2, 3) @ np.ones((3, 1)))"
CODE = {"plain": NUMPY, "ours": f"import book_code\n{NUMPY}"}
DRAWING = """import io
import matplotlib.pyplot as plt
figure, axes = plt.subplots()
axes.plot([1, 3, 2])
axes.set_title("one")
text = io.StringIO()
figure.savefig(text, format="svg")
plt.close(figure)
print(len(text.getvalue()) > 5000)"""
SLOW = 20e6 / 8  # bytes a second
ANSWER = "[[ 3.]\n [12.]]\n"
ANSWERS = dict.fromkeys(CODE.values(), ANSWER) | {DRAWING: "True\n"}
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}
TYPES |= {".json": "application/json", ".html": "text/html"}
PLAIN = """
import { loadPyodide } from "/stock/pyodide.mjs";
const folder = new URL("/stock/", location.href).href;
let text = "";
const ready = loadPyodide({ indexURL: folder, packageBaseUrl: folder, packages: ["numpy"],
  stdout: (line) => (text += line + "\\n") });
onmessage = async ({ data }) => {
  const python = await ready;
  await python.loadPackagesFromImports(data, { messageCallback() {} });
  await python.runPythonAsync(data);
  postMessage({ kind: "done", text });
  text = "";
};
"""
START = """
const heard = (worker, kind) => new Promise((resolve, reject) => {
  worker.addEventListener("error", (event) => reject(event.message));
  worker.addEventListener("message", ({ data }) => {
    if (data.kind === "failed" || data.kind === "refused") reject(data.message);
    if (data.kind === kind) resolve(data);
  });
});
// Each way to start gives what runs code, and the text that it prints.
const starts = {
  plain() {
    const worker = new Worker("/plain.mjs", { type: "module" });
    return async (code) => {
      const done = heard(worker, "done");
      worker.postMessage(code);
      return (await done).text;
    };
  },
  ours(code, release) {
    const worker = pythonWorker();
    const ready = heard(worker, "ready");
    const python = new URL("/assets/pyodide/", location.href).href;
    const draws = code.includes("matplotlib"); // as the page says of a first cell
    worker.postMessage({ kind: "start", python, draws, interrupt: null, release });
    return async (code) => {
      await ready;
      const done = heard(worker, "done");
      worker.postMessage({ kind: "task", id: 1, task: { kind: "run", page: "p", cell: "c", code } });
      return (await done).answer.outputs.map(({ text, message }) => text ?? message).join("");
    };
  },
};
self.go = async (way, code, release) => {
  const before = performance.now();
  const run = starts[way](code, release);
  const hanging = new Promise((_, reject) => setTimeout(() => reject("It hangs."), 60000));
  const answer = await Promise.race([run(code), hanging]);
  const milliseconds = performance.now() - before;
  const image = (await run("import sys\\nprint('book_image' in sys.modules)")) === "True\\n";
  return { answer, milliseconds, image };
};
const words = new URLSearchParams(location.search).get("words");
const tell = (said) => fetch("/said", { method: "POST", body: JSON.stringify(said) });
if (words) setTimeout(() => self.go(...JSON.parse(words)).then(tell, (error) => tell({ error: String(error) })), 500);
"""
PAGE = f"""<!doctype html><meta charset="utf-8"><title>Start</title>
<script type="module">{PYTHON_WORKER}{START}</script>"""


class Host(http.server.ThreadingHTTPServer):
    """A static host that compresses and lets browsers keep files; counts bytes, may be slow."""

    daemon_threads = True
    rate: float | None = None  # bytes a second
    sent = 0
    free = 0.0
    lock = threading.Lock()
    packed: ClassVar[dict[Path, bytes]] = {}

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        # By pages that ran by themselves.
        self.said: queue.Queue[dict[str, Any]] = queue.Queue()

    def handle_error(self, *args: Any) -> None:
        """A page that was left hangs up."""

    def pack(self, path: Path) -> bytes:
        if path not in self.packed:
            raw = path.read_bytes()
            self.packed[path] = (
                raw if path.suffix in (".zip", ".whl") else gzip.compress(raw, 6)
            )
        return self.packed[path]

    def wait_for(self, size: int) -> None:
        """All connections share the line."""
        with self.lock:
            self.sent += size
            if not self.rate:
                return
            self.free = max(self.free, time.monotonic()) + size / self.rate
            pause = self.free - time.monotonic()
        time.sleep(max(0.0, pause))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Host

    def do_GET(self) -> None:
        name = self.path.partition("?")[0]
        made = {"/page.html": (PAGE, "text/html"), "/plain.mjs": (PLAIN, "text/javascript")}
        if name in made:
            text, kind = made[name]
            return self.answer(text.encode(), kind, packed=False)
        path = self.find(name)
        if path is None:
            self.send_error(404)
            return None
        kind = TYPES.get(path.suffix, "application/octet-stream")
        body = self.server.pack(path)
        return self.answer(body, kind, packed=path.suffix not in (".zip", ".whl"))

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.said.put(said | {"bytes": self.server.sent})
        self.answer(b"", "text/plain", packed=False)

    def find(self, name: str) -> Path | None:
        folders = STOCK if name.startswith("/stock/") else (ASSETS,)
        tail = name.removeprefix("/stock/").removeprefix("/assets/")
        return next((f / tail for f in folders if (f / tail).is_file()), None)

    def answer(self, body: bytes, kind: str, packed: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "public, max-age=31536000")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        try:
            for start in range(0, len(body), 1 << 14):
                piece = body[start : start + (1 << 14)]
                self.server.wait_for(len(piece))
                self.wfile.write(piece)
        except OSError:
            self.close_connection = True  # the page was left

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def host() -> Iterator[tuple[Host, str]]:
    """Serve what is built now; its address."""
    subprocess.run([sys.executable, "-m", "widgets.build"], cwd=ROOT, check=True)
    with Host() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Browser:
    """Chromium with a profile of its own, which no developer tools are attached to."""

    def __init__(self, server: Host, address: str, program: str) -> None:
        self.server, self.address = server, address
        self.profile = Path(tempfile.mkdtemp(prefix="profile-"))
        options = [*chromium()["args"], "--headless", "--remote-debugging-port=0"]
        self.process = subprocess.Popen(
            [program, *options, f"--user-data-dir={self.profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        known = self.profile / "DevToolsActivePort"
        while not known.exists() or not known.read_text():
            if self.process.poll() is not None:
                raise SystemExit(f"{program} did not start.")
            time.sleep(0.05)
        self.tabs = f"http://127.0.0.1:{known.read_text().split()[0]}/json"

    def ask(self, way: str, code: str) -> dict[str, Any]:
        """What a new tab says of its first answer."""
        self.server.sent, self.server.free = 0, 0.0
        words = urllib.parse.quote(json.dumps([way, code, release(ASSETS)]))
        page = urllib.parse.quote(f"{self.address}/page.html?words={words}", safe="")
        tab = json.loads(self.tell(f"new?{page}"))
        said = self.server.said.get(timeout=90)
        if said.get("answer") != ANSWERS[code]:
            raise SystemExit(f"{way} answered {said}")
        time.sleep(3)  # the rest arrives, and what the browser keeps is kept
        self.tell(f"close/{tab['id']}")
        return said

    def tell(self, wish: str) -> bytes:
        request = urllib.request.Request(f"{self.tabs}/{wish}", method="PUT")
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def measure(
    rounds: int, rate: float | None, drawing: bool = False
) -> dict[tuple[str, str], list[float]]:
    """Times by way and visit, and the bytes before a cold answer."""
    found: dict[tuple[str, str], list[float]] = {}
    program = program_of_chromium()
    with host() as (server, address):
        server.rate = rate
        for turn in range(rounds + 1):
            for way, numpy in CODE.items():
                code = DRAWING if drawing else numpy
                with closing(Browser(server, address, program)) as browser:
                    cold, warm = browser.ask(way, code), browser.ask(way, code)
                if {cold["image"], warm["image"]} != {way == "ours"}:
                    raise SystemExit(f"{way} started otherwise: {cold}, {warm}")
                if turn:  # the first round only warms the host
                    times = {"cold": cold["milliseconds"], "warm": warm["milliseconds"]}
                    for visit, value in {**times, "bytes": cold["bytes"]}.items():
                        found.setdefault((way, visit), []).append(value)
    return found


def program_of_chromium() -> str:
    """The machine's own, else Playwright's."""
    with sync_playwright() as playwright:
        return chromium()["executable_path"] or playwright.chromium.executable_path


def report(rounds: int = 9) -> str | None:
    """Print the table; return which goals are missed."""
    fast, slow = measure(rounds, None), measure(max(3, rounds // 3), SLOW)
    drawn = measure(rounds, None, drawing=True)
    lines = [
        ("cold", fast, "cold", 1e3, 5.0),
        ("warm", fast, "warm", 1e3, 6.0),
        ("cold at 20 Mbit/s", slow, "cold", 1e3, 1.5),
        ("megabytes, gzip", fast, "bytes", 1e6, 1 / 1.1),
        ("first drawing, cold", drawn, "cold", 1e3, 4.0),
        ("first drawing, warm", drawn, "warm", 1e3, 4.0),
    ]
    print(f"{'first answer, seconds':24}{'plain':>8}{'ours':>8}{'ratio':>8}{'goal':>8}")
    missed = []
    for title, times, visit, scale, goal in lines:
        plain, ours = (
            statistics.median(times[way, visit]) / scale for way in ("plain", "ours")
        )
        print(f"{title:24}{plain:8.2f}{ours:8.2f}{plain / ours:8.2f}{goal:8.2f}")
        if plain / ours < goal:
            missed.append(title)
    return f"Missed: {', '.join(missed)}." if missed else None


class Reader:
    """A browser that is led through its starts."""

    def __init__(self, playwright: Playwright, address: str) -> None:
        self.folder = tempfile.mkdtemp(prefix="profile-")
        self.playwright, self.address = playwright, address
        self.open()

    def open(self) -> None:
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, **chromium()
        )

    def page(self) -> Page:
        page = self.context.new_page()
        page.goto(f"{self.address}/page.html")
        page.wait_for_function("() => Boolean(self.go)")
        return page

    def close(self) -> None:
        self.context.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def starts(count: int) -> str | None:
    """Start again and again: cold, warm, two tabs at once, left half way, browser restarted."""
    kinds = ["cold", "warm", "two tabs", "left", "restarted"]
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    faults = []
    ours = ["ours", CODE["ours"], release(ASSETS)]
    with host() as (_, address), sync_playwright() as playwright:
        reader = Reader(playwright, address)
        for turn in range(count):
            kind = kinds[turn % len(kinds)]
            try:
                if kind == "cold":
                    reader.close()
                    reader = Reader(playwright, address)
                elif kind == "restarted":
                    reader.context.close()
                    reader.open()
                elif kind == "left":
                    page = reader.page()
                    page.evaluate("(words) => void self.go(...words)", ours)
                    page.wait_for_timeout(random.uniform(0, 600))
                    page.close()
                pages = [reader.page() for _ in range(2 if kind == "two tabs" else 1)]
                for page in pages:
                    page.evaluate("(words) => void (self.said = self.go(...words))", ours)
                for page in pages:
                    said = page.evaluate("() => self.said")
                    times[kind].append(said["milliseconds"])
                    if said["answer"] != ANSWER or not said["image"]:
                        faults.append(f"{kind}: {said}")
                    page.close()
            except Exception as error:
                faults.append(f"{kind}: {error}")
        reader.close()
    for kind, found in times.items():
        print(
            f"{kind:12}{len(found):5} starts, median {statistics.median(found):7.0f} ms, most {max(found):7.0f}"
        )
    return "\n".join(faults) or None
