"""What a network or a browser may do to a page: each time it says so, and goes on."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .actions import MINUTE, cell, note, output, press, read, run, wait, write
from .conftest import SITE, Handler, serve
from .faults import CHAPTER, EXERCISE, FIRST, SECOND, answers, keep

pytestmark = pytest.mark.browser


class Cut(Handler):
    """A host whose line breaks, or stands still, in the middle of the files whose names hold one of these words."""

    words: tuple[str, ...] = ()
    stalled: threading.Event | None = None  # until it is set

    def copyfile(self, source, target) -> None:
        if not any(word in self.path for word in Cut.words):
            return super().copyfile(source, target)
        target.write(source.read(10_000))
        target.flush()
        if Cut.stalled:
            Cut.stalled.wait(MINUTE)
        self.connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def breaking_site() -> Iterator[str]:
    yield from serve({}, Cut)


@pytest.fixture
def cut() -> Iterator[Callable[..., None]]:
    def these(*words: str, stalled: bool = False) -> None:
        if Cut.stalled:
            Cut.stalled.set()
        Cut.words, Cut.stalled = words, threading.Event() if stalled else None

    yield these
    these()


def test_a_line_that_breaks_in_the_image_costs_only_time(
    page: Page, breaking_site: str, cut: Callable[..., None], recovered: Callable[..., None]
) -> None:
    cut("/image-")
    page.goto(breaking_site + CHAPTER)
    recovered("the line breaks in the memory image", answers(page, "6 * 7"))


def test_a_line_that_breaks_in_all_of_python_can_be_tried_again(
    page: Page, breaking_site: str, cut: Callable[..., None], recovered: Callable[..., None]
) -> None:
    cut("/image-", "/numpy-")
    page.goto(breaking_site + CHAPTER)
    first = cell(page, FIRST)
    standing = output(first).inner_html()
    run(first)
    expect(note(first)).to_contain_text("Python could not be started.")
    assert output(first).inner_html() == standing
    cut()
    begun = time.monotonic()
    press(first, "Try again")
    wait(first)
    expect(note(first)).to_contain_text("Ran in")
    recovered("the line breaks in all of Python", time.monotonic() - begun)


def test_a_line_that_breaks_in_the_library_is_asked_again(
    page: Page, breaking_site: str, cut: Callable[..., None], recovered: Callable[..., None]
) -> None:
    cut("/rest-", "/python_stdlib")
    page.goto(breaking_site + CHAPTER)
    first = cell(page, FIRST)
    write(first, "import wave\n6 * 7")
    run(first)
    expect(output(first)).to_contain_text("A part of Python could not be fetched")
    cut()
    recovered("the line breaks in the library", answers(page, "import wave\n6 * 7"))


DRAWING = "import matplotlib.pyplot as plt\nplt.plot([kept, 2])\nplt.show()"


def test_a_line_that_breaks_in_the_drawing_bundle_costs_only_time(
    page: Page, breaking_site: str, cut: Callable[..., None], recovered: Callable[..., None]
) -> None:
    page.goto(breaking_site + CHAPTER)
    keep(page)
    cut("/drawing-")
    write(cell(page, SECOND), DRAWING)
    begun = time.monotonic()
    run(cell(page, SECOND))
    expect(output(cell(page, SECOND)).locator("svg")).to_be_visible()
    recovered("the line breaks in the drawing bundle", time.monotonic() - begun)


@pytest.mark.parametrize(
    ("how", "package"),
    [("breaks", "/matplotlib-"), ("breaks", "/kiwisolver-"), ("stands still", "/matplotlib-")],
)
def test_a_line_that_fails_in_a_package_can_be_tried_again(
    page: Page,
    breaking_site: str,
    cut: Callable[..., None],
    recovered: Callable[..., None],
    how: str,
    package: str,
) -> None:
    page.goto(breaking_site + CHAPTER)
    keep(page)
    cut(
        "/drawing-", package, stalled=how == "stands still"
    )  # the bundle, and what stands in for it
    second = cell(page, SECOND)
    write(second, DRAWING)
    begun = time.monotonic()
    run(second)
    told = 1000 * (time.monotonic() - begun)
    expect(note(second)).to_contain_text("matplotlib could not be fetched")
    write(second, "kept + 1")  # meanwhile what needs no package goes on, its variables kept
    run(second)
    expect(output(second)).to_have_text("42")
    cut()
    write(second, DRAWING)
    begun = time.monotonic()
    run(second)
    expect(output(second).locator("svg")).to_be_visible()
    recovered(f"the line {how} in {package[1:-1]}", time.monotonic() - begun, told)


FULL = """() => {
  for (let size = 1 << 20; size > 0; size >>= 1)
    try { for (let n = 0; ; n++) localStorage.setItem(`fill-${size}-${n}`, "x".repeat(size)) } catch {}
}"""


def test_a_full_store_keeps_no_reader_from_working(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    expect(cell(page, FIRST).locator(".book-bar")).to_be_visible()
    page.evaluate(FULL)
    first = cell(page, FIRST)
    write(first, "6 * 7")
    expect(note(first)).to_contain_text("its store is full: the edit lasts until")
    run(first)
    expect(output(first)).to_have_text("42")
    task = page.locator(f"book-exercise#{EXERCISE}")
    write(task, "1")
    expect(note(task)).to_contain_text("its store is full: the answer lasts until")


def leave_room(page: Page, size: int) -> None:
    """What the browser lets the host of this page keep, in bytes: caches, databases and files."""
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": page.url, "quotaSize": size})


def test_a_full_disk_keeps_no_reader_from_working(
    page: Page, site: str, recovered: Callable[..., None]
) -> None:
    page.goto(site + CHAPTER)
    leave_room(page, 1)
    refused = "caches.open('x').then((x) => x.put('/x', new Response('x'.repeat(9999)))).then(() => 0, String)"
    assert "Quota" in page.evaluate(refused)
    page.evaluate(FULL)
    first = cell(page, FIRST)
    write(first, "kept = 41")
    expect(note(first)).to_contain_text("its store is full: the edit lasts until")
    begun = time.monotonic()
    run(first)
    answers(page)
    recovered("the disk is full when Python starts", time.monotonic() - begun)


REFUSED = """for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
  Object.defineProperty(globalThis, name, {get() { throw new DOMException("no", "SecurityError") }})"""
LESS = {
    "storage is refused": REFUSED,
    "no WebAssembly": "delete globalThis.WebAssembly",
    "no workers": "delete globalThis.Worker",
}


@pytest.mark.parametrize("fault", LESS)
def test_a_browser_that_can_less_shows_all_that_stands_there(
    browser: Browser, site: str, fault: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(LESS[fault])
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    standing = read(output(first))
    press(first, "Run")
    if fault.startswith("no "):
        expect(note(first)).to_contain_text("so the code on this page cannot run here.")
    else:
        expect(note(first)).to_contain_text("Ran in", timeout=MINUTE)
    assert output(first).inner_text() == standing
    context.close()


def test_without_scripts_text_code_and_outputs_are_there(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + CHAPTER)
    expect(page.locator("h1")).to_be_visible()
    for index in range(page.locator("book-cell").count()):
        element = page.locator("book-cell").nth(index)
        expect(element.locator("pre").first).to_be_visible()
        expect(output(element)).to_be_visible()
    expect(page.locator("book-exercise pre").first).to_be_visible()
    expect(page.locator("book-quiz").first).to_be_visible()
    context.close()


def test_an_old_tab_is_told_to_reload(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    expect(first.locator(".book-bar")).to_be_visible()
    (name,) = {
        found
        for path in (SITE / "assets/book").glob("*.js")
        for found in re.findall(r'"([0-9a-f]{16})"', path.read_text(encoding="utf-8"))
    }

    def newer(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(name, "0" * 16))

    page.route("**/assets/book/*.js", newer)
    write(first, "print('mine')")
    press(first, "Run")
    expect(note(first)).to_contain_text(
        "The book has changed since this page was opened: reload"
    )
    page.unroute("**/assets/book/*.js")
    page.reload()
    expect(first.locator("pre.book-code")).to_contain_text("print('mine')")
    run(first)
    expect(output(first)).to_have_text("mine")


def test_an_old_tab_whose_files_are_gone_reads_on(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    expect(cell(page, FIRST).locator(".book-bar")).to_be_visible()
    page.route("**/assets/book/*-*.js", lambda route: route.fulfill(status=404))
    code = cell(page, FIRST).locator("pre.book-code")
    code.focus()
    page.keyboard.type("print(6 * 7)\n")
    assert cell(page, FIRST).evaluate("cell => cell.code").startswith("print(6 * 7)\n")
    page.locator("nav a[href*='cnn']").first.click()
    expect(page.locator("h1")).not_to_contain_text("erceptron")
    expect(page.locator(".book-reload")).to_contain_text("What you have written is kept.")
    expect(page.locator("book-cell .book-output").first).to_be_visible()
    page.unroute("**/assets/book/*-*.js")
    press(page.locator(".book-reload"), "Reload the page")
    expect(page.locator("book-cell .book-bar").first).to_be_visible()
    expect(page.locator(".book-reload")).to_have_count(0)
