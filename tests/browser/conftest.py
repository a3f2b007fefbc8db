"""Drives the built site in a real browser; a request to another host fails the test."""

import functools
import http.server
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, Route, expect, sync_playwright

from .faults import CHAPTER

expect.set_options(timeout=30_000)  # a busy machine with two cores counts as well

SITE = Path(__file__).resolve().parents[2] / "site"
PAGES = sorted(  # the first is the front page, ""
    f"{path.parent.relative_to(SITE).as_posix()}/".removeprefix("./")
    for path in SITE.rglob("index.html")
)
# The reference's pages are all made alike: one of them stands for the others.
CHAPTERS = [
    name for name in PAGES if not name.startswith("reference/") or name == "reference/nn/"
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# The same Chromium without a window to draw, which opens a page in half the time.
WINDOWLESS = ("chromium-headless-shell", *NAMES)
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


# What a browser tells the console though nothing is wrong with the page.
NEWS = (
    "executing a cancelled action",  # RxJS, in the theme, drops a frame by throwing it (ReactiveX/rxjs#7018)
    "ResizeObserver loop",  # what an editor has measured is told it a frame later (codemirror/dev#1283)
    "Incorrect number of children for <m",  # Firefox, of a formula whose end has not come yet: test_site.py counts
)


def is_fault(told: str) -> bool:
    return not any(words in told for words in NEWS)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, if asked to with the headers that let a page share memory with its worker."""

    def __init__(self, *args, headers: dict[str, str], **kwargs) -> None:
        self.more = headers
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        """The sitemap names the host, as it does when the book is built for one (BOOK_URL)."""
        if self.path != "/sitemap.xml":
            return super().do_GET()
        text = (SITE / "sitemap.xml").read_text(encoding="utf-8")
        here = f"<loc>http://{self.headers['Host']}/"
        body = re.sub(r"<loc>https?://[^/]+/", here, text).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        for name, value in self.more.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *args) -> None:
        pass


def serve(headers: dict[str, str], kind: type[Handler] = Handler) -> Iterator[str]:
    if not (SITE / "index.html").exists():
        pytest.fail(
            "There is no built site: run `python -m nox -s build` first.", pytrace=False
        )
    handler = functools.partial(kind, directory=str(SITE), headers=headers)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the built site, on a plain host."""
    yield from serve({})


@pytest.fixture(scope="session")
def isolated_site() -> Iterator[str]:
    """The same on a host that isolates its pages, where Python can be interrupted in place."""
    yield from serve(ISOLATION)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


def chromium(names: Sequence[str] = NAMES) -> dict[str, Any]:
    """How Chromium is launched: the machine's own, else Playwright's."""
    own = next(filter(None, map(shutil.which, names)), None)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {"executable_path": own, "args": [*QUIET, "--no-sandbox"] if root else QUIET}


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    yield from launch(playwright, WINDOWLESS)


def launch(playwright: Playwright, names: Sequence[str]) -> Iterator[Browser]:
    try:
        started = playwright.chromium.launch(**chromium(names))
    except Error as error:
        reason = str(error).splitlines()[0]
        pytest.fail(
            f"No Chromium ({reason}): `python -m playwright install chromium` gets one.",
            pytrace=False,
        )
    yield started
    started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a reader who has never been here."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    elsewhere: list[str] = []
    broken: list[str] = []

    def here_only(route: Route) -> None:
        if route.request.url.startswith("http://127.0.0.1:"):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context.route(lambda url: not url.startswith(("data:", "blob:")), here_only)
    page = context.new_page()
    page.on("pageerror", lambda error: is_fault(str(error)) and broken.append(str(error)))
    yield page
    context.close()
    assert elsewhere == [], "the page asked another host"
    assert broken == [], "a script of the page failed"


@pytest.fixture(scope="session")
def recovered(request: pytest.FixtureRequest) -> Iterator[Callable[..., None]]:
    """Takes a fault and its times; in the end they are printed as a list."""
    rows: list[str] = []

    def record(fault: str, seconds: float, told: float | None = None) -> None:
        words = "" if told is None else f"told after {told:4.0f} ms, "
        rows.append(f"  {fault:<52} {words}answers again after {seconds:5.2f} s")

    yield record
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    capture = request.config.pluginmanager.get_plugin("capturemanager")
    with capture.global_and_fixture_disabled():
        reporter.write_line("\nFaults, and how soon the page had recovered:")
        for row in rows:
            reporter.write_line(row)


@pytest.fixture(scope="module", params=["plain", "isolated"])
def desk(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """One page for many faults, on each kind of host."""
    address = request.getfixturevalue("site" if request.param == "plain" else "isolated_site")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.add_init_script(
        "window.pythons = []; window.Worker = class extends Worker {"
        "  constructor(url, options) {"
        "    super(url, options); if (options.name === 'python') pythons.push(this) } }"
    )
    page.goto(address + CHAPTER)
    assert page.evaluate("crossOriginIsolated") == (request.param == "isolated")
    yield page
    context.close()
    assert broken == []
