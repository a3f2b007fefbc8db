"""Without a network: what was opened stays readable, a kept book works whole, a release replaces it whole."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from widgets.build.release import release

from .actions import MINUTE, cell, output, read, run, write
from .released import Host, released, until

pytestmark = pytest.mark.browser
PERCEPTRON = "foundations/perceptron/"
CNN = "convolution/cnn/"
FONTS = """document.fonts.ready.then(() => [...document.fonts].some(
    ({ family, status }) => family.includes("Source Serif 4") && status === "loaded"))"""
KEPT = "works without a network"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    with released(tmp_path / "site") as started:
        yield started


@pytest.fixture
def reader(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(30_000)
        yield context


def open_page(reader: BrowserContext, address: str) -> Page:
    """Open a page and wait until the service worker stands behind it."""
    page = reader.new_page()
    page.goto(address)
    until(page, "navigator.serviceWorker.controller !== null")
    return page


def keep(page: Page) -> None:
    page.get_by_role("button", name="Keep this book on this device").click()
    # Nearly 90 MB, each file hashed and written: on a busy machine more than a minute.
    expect(page.locator("book-offline")).to_contain_text(KEPT, timeout=3 * MINUTE)


def lost(request: Request) -> bool:
    """Whether it failed, and not because the reader went on to the next page."""
    return request.failure != "net::ERR_ABORTED"


def files(page: Page) -> list[str]:
    """The addresses in the caches, by cache."""
    return page.evaluate("""async () => {
      const all = await Promise.all((await caches.keys()).map(async (name) =>
        (await (await caches.open(name)).keys()).map(({ url }) => name + ": " + new URL(url).pathname)));
      return all.flat();
    }""")


def test_what_was_opened_stays_readable(reader: BrowserContext, host: Host) -> None:
    page = open_page(reader, host.address + PERCEPTRON)
    until(page, f"caches.match('/{PERCEPTRON}').then((found) => !!found)")
    page.goto(host.address + CNN, wait_until="networkidle")
    assert not [name for name in files(page) if "/pyodide/" in name], "megabytes unasked"
    host.silent = True
    for path, title in ((PERCEPTRON, "perceptron"), (CNN, "Convolution")):
        page.goto(host.address + path)
        expect(page.locator("h1")).to_contain_text(title, ignore_case=True)
        read(output(page.locator("book-cell").first))
        assert page.evaluate(FONTS)
    page.goto(host.address + "notation/")
    expect(page.locator("h1")).to_have_text("This page is not here without a network")


def test_a_kept_book_works_whole(reader: BrowserContext, host: Host) -> None:
    page = open_page(reader, host.address)
    listed = json.loads((host.folder / "offline.json").read_text())["files"]
    size = -(-sum(file["size"] for file in listed) // 1_000_000)
    expect(page.locator("book-offline")).to_contain_text(f"{size} MB")
    keep(page)
    page.close()
    host.silent = True
    host.asked.clear()
    page = reader.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("requestfailed", lambda request: lost(request) and broken.append(request.url))
    page.goto(host.address + PERCEPTRON)
    first = cell(page, "first-perceptron")
    standing = output(first).inner_html()
    run(first)
    assert output(first).inner_html() == standing
    explorable = page.locator("book-perceptron").first
    expect(explorable.get_by_role("group", name="Starting points")).to_be_visible()
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.type("convolution")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    for file in listed:
        if file["path"].endswith("/") and not file["path"].startswith("reference/"):
            page.goto(host.address + file["path"])
            expect(page.locator("h1").first).to_be_visible()
    page.goto(host.address + "reference/nn/")
    expect(page.locator("h1").first).to_be_visible()
    assert broken == []
    assert host.asked == []


def test_keeping_can_be_stopped_gone_on_with_and_undone(
    reader: BrowserContext, host: Host
) -> None:
    page = open_page(reader, host.address)
    control = page.locator("book-offline")
    button = control.get_by_role("button")
    expect(button).to_be_visible()
    host.silent = True
    button.click()
    expect(control).to_contain_text("The network failed")
    expect(button).to_have_text("Keep this book on this device")
    host.silent = False
    button.click()
    page.locator("nav a[href*='foundations/perceptron']").first.evaluate("link => link.click()")
    expect(page.locator("h1")).to_contain_text("perceptron", ignore_case=True)
    page.go_back()  # it is fetched all the while, and can be stopped
    expect(button).to_have_text("Stop")
    button.click()
    expect(control).to_contain_text("Stopped.")
    expect(control.get_by_role("status")).to_contain_text("Stopped.")
    keep(page)
    assert [name for name in files(page) if name.endswith(".wasm")]
    button.click()
    expect(control).to_contain_text("Removed.")
    assert len(files(page)) <= 1, "only the list of files stays"


def test_a_damaged_file_is_never_kept(reader: BrowserContext, host: Host) -> None:
    wheel = next(host.folder.glob("assets/pyodide/numpy-*.whl"))
    content = bytearray(wheel.read_bytes())
    content[1000] ^= 1
    wheel.write_bytes(content)
    page = open_page(reader, host.address)
    page.get_by_role("button", name="Keep this book on this device").click()
    expect(page.locator("book-offline")).to_contain_text("reload the page", timeout=MINUTE)
    assert not [name for name in files(page) if "/numpy-" in name]


def test_a_release_replaces_a_kept_book_whole(reader: BrowserContext, host: Host) -> None:
    page = open_page(reader, host.address)
    keep(page)
    old = files(page)
    index = host.folder / "notation/index.html"
    text = index.read_text(encoding="utf-8")
    index.write_text(text.replace("<h1", '<p id="newer">Newer.</p><h1', 1), encoding="utf-8")
    name = release(host.folder)
    page.reload()  # the book that is kept answers; behind it the browser finds the release
    notice = page.get_by_role("complementary", name="A newer edition")
    expect(notice).to_be_visible(timeout=MINUTE)
    host.silent = True
    notice.get_by_role("button", name="Reload").click()
    expect(page.locator("book-offline")).to_contain_text(KEPT)
    assert page.locator('meta[name="book-release"]').get_attribute("content") == name
    kept = files(page)
    assert len(kept) == len(old)
    assert all(name in entry for entry in kept)
    page.goto(host.address + "notation/")
    expect(page.locator("#newer")).to_be_visible()


def leave_room(page: Page, megabytes: int | None) -> None:
    """How much the browser lets this host keep; None: as much as ever."""
    more = {} if megabytes is None else {"quotaSize": megabytes * 1_000_000}
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": page.url, **more})


def test_a_full_disk_keeps_what_has_come(reader: BrowserContext, host: Host) -> None:
    page = open_page(reader, host.address)
    leave_room(page, 20)
    control = page.locator("book-offline")
    control.get_by_role("button").click()
    expect(control).to_contain_text("This device has no room for it.", timeout=MINUTE)
    expect(control).to_contain_text("are here already")
    page.goto(host.address + PERCEPTRON)  # what is not kept comes from the network
    run(cell(page, "first-perceptron"))
    page.goto(host.address)
    leave_room(page, None)
    keep(page)


def test_a_release_without_room_leaves_the_old_book_whole(
    reader: BrowserContext, host: Host
) -> None:
    page = open_page(reader, host.address)
    keep(page)
    old = files(page)
    leave_room(page, 1)
    for index in host.folder.rglob("index.html"):
        text = index.read_text(encoding="utf-8")
        index.write_text(text.replace("</h1>", " (newer)</h1>", 1), encoding="utf-8")
    release(host.folder)
    until(
        page,
        """navigator.serviceWorker.getRegistration().then((it) => new Promise((done) => {
          it.addEventListener("updatefound", () => it.installing.addEventListener("statechange",
            ({ target }) => target.state === "redundant" && done(true)));
          it.update();
        }))""",
    )
    host.silent = True
    page.goto(host.address + PERCEPTRON)
    expect(page.locator("h1")).not_to_contain_text("newer")
    run(cell(page, "first-perceptron"))
    assert sorted(name for name in files(page) if name in old) == sorted(old)


#: What a private window, or a reader's setting, takes away.
PRIVATE = {
    "no service workers": "delete Navigator.prototype.serviceWorker",
    "service workers are refused": "ServiceWorkerContainer.prototype.register = "
    "() => Promise.reject(new DOMException('no', 'SecurityError'))",
    "no caches": "delete globalThis.caches",
    "caches are refused": "CacheStorage.prototype.open = CacheStorage.prototype.keys = "
    "() => Promise.reject(new DOMException('no', 'SecurityError'))",
    "databases are refused": "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }",
}


@pytest.mark.parametrize("fault", PRIVATE)
def test_a_private_window_reads_and_runs(
    reader: BrowserContext, host: Host, fault: str
) -> None:
    page = reader.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.add_init_script(PRIVATE[fault])
    page.goto(host.address)
    control = page.locator("book-offline")
    if fault != "databases are refused":
        if control.get_by_role("button").count():
            control.get_by_role("button").click()
        expect(control).to_contain_text("This browser keeps no pages here")
    page.goto(host.address + PERCEPTRON)
    first = cell(page, "first-perceptron")
    write(first, "6 * 7")
    run(first)
    expect(output(first)).to_have_text("42")
    assert broken == []


def test_a_book_that_is_being_written_leaves_no_service_worker(
    reader: BrowserContext, host: Host
) -> None:
    """`nox -s serve` after a release was looked at on the same port: no old page may stand in its way."""
    page = open_page(reader, host.address)
    keep(page)
    for name in ("offline.json", "service-worker.js"):
        (host.folder / name).unlink()
    for path in host.folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace('name="book-release"', 'name="no-release"'), encoding="utf-8"
        )
    page.goto(host.address + PERCEPTRON)
    assert page.locator("meta[name=no-release]").count(), "a page of the old release came"
    until(page, "navigator.serviceWorker.getRegistration().then((found) => !found)")
    assert files(page) == []
