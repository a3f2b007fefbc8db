"""The built site on a host that keeps what was asked for and can lack a file or be slow with one; each page tells of its errors."""

import functools
import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from ..conftest import SITE, Handler
from .webkit import WATCH


class Host(http.server.ThreadingHTTPServer):
    """Serves the site; `lacking` and `slow` begin the name of a file that is not there, or comes late.

    `asked` are the paths that were asked for, `workers` the scripts that a worker was to be made of, and
    who made it.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.workers: set[tuple[str, str]] = set()
        self.lacking = self.slow = ""
        handler = functools.partial(Watched, directory=str(SITE), headers={})
        super().__init__(("127.0.0.1", 0), handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def begin(self) -> None:
        self.asked.clear()
        self.workers.clear()
        self.lacking = self.slow = ""

    def way(self) -> str:
        """How Python was started since: NumPy's wheel is only fetched without an image."""
        return "plain" if any("/numpy-" in path for path in self.asked) else "image"

    def handle_error(self, *args) -> None:
        """A browser that goes away in the middle of an answer is no news."""


class Watched(Handler):
    server: Host

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append(path)
        name = path.split("/")[-1]
        if self.headers["Sec-Fetch-Dest"] == "worker":
            self.server.workers.add((name, urlsplit(self.headers["Referer"]).path))
        if self.server.slow and name.startswith(self.server.slow):
            time.sleep(1)
        if self.server.lacking and name.startswith(self.server.lacking):
            return self.send_error(404)
        page = SITE / path.strip("/") / "index.html"
        if path.endswith("/") and page.exists():
            return self.send_page(page)
        return super().do_GET()

    def send_page(self, page: Path) -> None:
        text = page.read_text(encoding="utf-8").replace("<head>", f"<head>{WATCH}", 1)
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def hosted() -> Iterator[Host]:
    with Host() as host:
        thread = threading.Thread(target=host.serve_forever)
        thread.start()
        yield host
        host.shutdown()
        thread.join()
