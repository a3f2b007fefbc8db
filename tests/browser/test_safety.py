"""The policy of a released book: nothing foreign runs, nothing is asked of another host, and no page breaks."""

import base64
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .actions import cell, check, fetched, note, output, press, read, run, write
from .conftest import CHAPTERS, serve
from .released import Host, released, until

pytestmark = pytest.mark.browser
PERCEPTRON = "foundations/perceptron/"
ASKING = """
import js
request = js.XMLHttpRequest.new()
request.open("GET", {!r}, False)
try:
    request.send()
    print("came")
except Exception:
    print("refused")
"""
# Playwright's own scripts are outside of the page's policy.
WATCH = """
  globalThis.violations = [];
  addEventListener("securitypolicyviolation", (event) =>
    violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with released(tmp_path_factory.mktemp("released")) as started:
        yield started


@pytest.fixture(scope="module")
def strict_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host that also sends the headers which the release lists."""
    folder = tmp_path_factory.mktemp("strict")
    with released(folder) as started:
        text = (folder / "_headers").read_text(encoding="utf-8")
        headers = dict(re.findall(r"^  ([\w-]+): (.+)$", text, re.MULTILINE))
        started.RequestHandlerClass.keywords["headers"].update(headers)
        yield started


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.add_init_script(WATCH)
        yield page


def violations(page: Page) -> list[str]:
    return page.evaluate("violations")


def test_no_page_breaks_or_asks_another_host(reader: Page, host: Host) -> None:
    asked = fetched(reader)
    broken: list[str] = []
    reader.on("pageerror", lambda error: broken.append(str(error)))
    assert len(CHAPTERS) > 5
    for name in CHAPTERS:
        reader.goto(host.address + name, wait_until="load")
        until(reader, "document.querySelectorAll(':not(:defined)').length === 0")
        assert violations(reader) == [], name
    assert broken == []
    foreign = [url for url in asked if not url.startswith((host.address, "data:", "blob:"))]
    assert foreign == []


def test_pages_that_change_without_a_reload_keep_the_policy(reader: Page, host: Host) -> None:
    reader.goto(host.address)
    reader.evaluate("globalThis.same = true")
    reader.locator("article a[href*='perceptron']").first.click()
    expect(reader.locator("h1")).to_contain_text("perceptron", ignore_case=True)
    assert reader.evaluate("same"), "the page was loaded anew"
    reader.wait_for_timeout(500)
    assert violations(reader) == []
    assert reader.locator("meta[http-equiv='Content-Security-Policy']").count() == 1


@pytest.mark.parametrize("kind", ["host", "strict_host"])
def test_what_runs_still_runs(kind: str, reader: Page, request: pytest.FixtureRequest) -> None:
    host: Host = request.getfixturevalue(kind)
    reader.goto(host.address)
    pictures = cell(reader, "ten-pictures")
    run(pictures)
    expect(pictures.locator("img, svg").first).to_be_visible()
    reader.goto(host.address + PERCEPTRON)
    exercise = reader.locator("book-exercise").first
    write(exercise, "1 + 1")
    check(exercise)
    reader.locator("body").press("?")
    assert violations(reader) == []
    assert reader.evaluate("crossOriginIsolated") == (kind == "strict_host")


@pytest.mark.parametrize(
    "harm",
    [
        "<script>globalThis.harmed = true</script>",
        "<img src='data:,' onerror='globalThis.harmed = true'>",
        "<script src='data:text/javascript,globalThis.harmed=true'></script>",
        "<iframe srcdoc='<script>parent.harmed = true</script>'></iframe>",
        "<script src='http://127.0.0.1:9/harm.js'></script>",
    ],
)
def test_what_is_slipped_into_a_page_does_not_run(harm: str, reader: Page, host: Host) -> None:
    page = host.folder / "notation/index.html"
    text = page.read_text(encoding="utf-8")
    try:
        page.write_text(text.replace("</article>", f"{harm}</article>", 1), encoding="utf-8")
        reader.goto(host.address + "notation/")
        reader.wait_for_timeout(300)
        assert violations(reader) or "srcdoc" in harm  # a frame tells nobody
        assert not reader.evaluate("globalThis.harmed")
        # The same without the policy does run, where no other host is asked: the test can fail.
        if "127.0.0.1:9" not in harm:
            free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
            page.write_text(
                free.replace("</article>", f"{harm}</article>", 1), encoding="utf-8"
            )
            reader.goto(host.address + "notation/?free")
            until(reader, "globalThis.harmed === true")
    finally:
        page.write_text(text, encoding="utf-8")


def test_a_changed_script_does_not_run(reader: Page, host: Host) -> None:
    script = host.folder / "assets/book/book.js"
    content = script.read_bytes()
    try:
        script.write_bytes(content + b"\nglobalThis.harmed = true;")
        reader.goto(host.address + PERCEPTRON, wait_until="networkidle")
        assert not reader.evaluate("globalThis.harmed")
        read(output(cell(reader, "first-perceptron")))
    finally:
        script.write_bytes(content)


def test_changed_kernels_do_not_run(reader: Page, host: Host) -> None:
    kernels = host.folder / "assets/fast-numpy/fast-numpy.wasm"
    content = kernels.read_bytes()
    asking = "import sys\nprint(getattr(sys.modules.get('fast_numpy'), 'installed', False))"
    try:
        for changed, installed in ((content + b"\0\1\0", "False"), (content, "True")):
            kernels.write_bytes(changed)  # a section without a meaning: it would run
            reader.goto(host.address + PERCEPTRON)
            first = cell(reader, "first-perceptron")
            write(first, asking)
            run(first)
            expect(output(first)).to_have_text(installed)
    finally:
        kernels.write_bytes(content)


def test_a_changed_list_of_packages_is_not_used(reader: Page, host: Host) -> None:
    """The list holds the hashes of the packages: whoever changes both changes what runs."""
    path = host.folder / "assets/pyodide/pyodide-lock.json"
    content = path.read_text(encoding="utf-8")
    try:
        path.write_text(content.replace('"sha256":', '"sha256" :', 1), encoding="utf-8")
        assert path.read_text(encoding="utf-8") != content
        reader.goto(host.address + PERCEPTRON)
        press(cell(reader, "first-perceptron"), "Run")
        expect(note(cell(reader, "first-perceptron"))).to_contain_text(
            "Python could not be started"
        )
    finally:
        path.write_text(content, encoding="utf-8")


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another host, which lets every page read it."""
    yield from serve({"Access-Control-Allow-Origin": "*"})


def test_python_reaches_no_other_host_where_headers_say_so(
    reader: Page, host: Host, strict_host: Host, elsewhere: str
) -> None:
    """On a host without the headers it does: a page's own policy does not hold for its worker."""
    for own, other in ((strict_host.address, "refused"), (host.address, "came")):
        reader.goto(own + PERCEPTRON)
        first = cell(reader, "first-perceptron")
        for address, ending in ((elsewhere, other), (own, "came")):
            write(first, ASKING.format(address + "sitemap.xml"))
            run(first)
            expect(output(first)).to_have_text(ending)


def test_code_from_a_link_never_runs_by_itself(reader: Page, host: Host) -> None:
    asked = fetched(reader)
    code = base64.urlsafe_b64encode(b"print('from a link')").decode().rstrip("=")
    reader.goto(
        f"{host.address}{PERCEPTRON}#code=first-perceptron.{code}", wait_until="networkidle"
    )
    first = cell(reader, "first-perceptron")
    expect(first).to_contain_text("This code came with the link. Read it before you run it.")
    reader.wait_for_timeout(1000)
    assert not [url for url in asked if "/pyodide/" in url]
    expect(output(first)).not_to_contain_text("from a link")
    run(first)
    expect(output(first)).to_have_text("from a link")
