"""The built site as a release, on a host of its own, which can fall silent and bring a newer release."""

import functools
import http.server
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error, Page

from widgets.build.release import release

from .conftest import SITE, Handler


class Host(http.server.ThreadingHTTPServer):
    """Serves a released copy of the site."""

    def __init__(self, folder: Path, headers: dict[str, str]) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.silent = False
        handler = functools.partial(Watched, directory=str(folder), headers=headers)
        super().__init__(("127.0.0.1", 0), handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, *args) -> None:
        """A browser that goes away in the middle of an answer is no news."""


class Watched(Handler):
    """Keeps what was asked for; a silent host ends each connection without an answer."""

    server: Host

    def do_GET(self) -> None:
        if self.server.silent:
            self.close_connection = True
            return
        self.server.asked.append(self.path)
        http.server.SimpleHTTPRequestHandler.do_GET(self)


@contextmanager
def released(folder: Path, headers: dict[str, str] | None = None) -> Iterator[Host]:
    shutil.copytree(SITE, folder, dirs_exist_ok=True)
    with Host(folder, headers or {}) as host:
        sitemap = folder / "sitemap.xml"
        text = sitemap.read_text(encoding="utf-8")
        sitemap.write_text(text.replace("http://127.0.0.1:8000/", host.address))
        release(folder)
        thread = threading.Thread(target=host.serve_forever)
        thread.start()
        yield host
        host.shutdown()
        thread.join()


def until(page: Page, condition: str, seconds: float = 30) -> None:
    """Wait for a condition. Playwright's own way evaluates text in the page, which the policy forbids."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if page.evaluate(condition):
                return
        except Error:
            pass  # the page is just being loaded anew
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {condition}")
