"""NumPy in the reader's Python, with the kernels and without, beside NumPy here on one thread; milliseconds."""

from __future__ import annotations

import functools
import json
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .numpy_steps import measured

HERE = Path(__file__).parent
SCRIPT = HERE / "numpy_page.mjs"
CODE = HERE / "numpy_steps.py"
TICK = 0.005  # of a browser's clock
ASSETS = HERE.parents[1] / "docs/assets"


#: Starts the reader's Python on an empty page, installs the kernels if asked to, and measures.
IN_BROWSER = """async ([code, fast]) => {
  const { loadPyodide } = await import("/pyodide/pyodide.mjs");
  const pyodide = await loadPyodide({ indexURL: location.origin + "/pyodide/" });
  await pyodide.loadPackage(["numpy", "book-code"], { messageCallback() {} });
  if (fast) {
    const { install } = await import("/fast-numpy/fast-numpy.mjs");
    const answer = await fetch("/fast-numpy/fast-numpy.wasm");
    const { reason } = install(pyodide, await WebAssembly.compile(await answer.arrayBuffer()));
    if (reason) throw new Error(reason);
  }
  return pyodide.runPython(code + "\\nmeasured()");
}"""


def table(browser: bool = False) -> None:
    """Print products and training steps: stock, with kernels, native, and what they are to each other."""
    native = json.loads(measured())
    page = in_browser(CODE) if browser else in_node(CODE)
    print(
        f"{'':36}{'stock':>10}{'kernels':>10}{'times':>8}{'first':>8}{'native':>10}{'of native':>11}"
    )
    for name, (fast, fast_first) in page["fast"].items():
        stock, stock_first = page["stock"][name]
        here = native[name][0]
        print(
            f"{name:36}{stock:10.4f}{fast:10.4f}{stock / fast:7.1f}x{stock_first / max(fast_first, TICK):7.1f}x"
            f"{here:10.4f}{fast / here:10.1f}x"
        )


def in_node(code: Path) -> dict[str, Any]:
    from widgets.build.node import environment, node_path

    answer = subprocess.run(
        [node_path(), str(SCRIPT), str(code)],
        check=True,
        capture_output=True,
        text=True,
        env=environment(),
    )
    return json.loads(answer.stdout.splitlines()[-1])


def in_browser(code: Path) -> dict[str, Any]:
    """The same in Chromium, a new page for each way."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import chromium

    handler = functools.partial(Quiet, directory=str(ASSETS))
    found: dict[str, Any] = {}
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as host,
        sync_playwright() as playwright,
    ):
        threading.Thread(target=host.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(**chromium())
        for name, fast in (("stock", False), ("fast", True)):
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{host.server_port}/fast-numpy/")
            found[name] = json.loads(page.evaluate(IN_BROWSER, [code.read_text("utf-8"), fast]))
            page.close()
        browser.close()
        host.shutdown()
    return found


class Quiet(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        """Isolated pages have a clock that ticks every 0.005 ms instead of every 0.1."""
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Requests are no news."""
