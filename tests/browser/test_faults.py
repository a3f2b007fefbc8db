"""What a reader, a browser or a network may do to a page: each time it says so, and goes on."""

import json
import random
import re
import socket
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .actions import MINUTE, cell, check, note, output, press, run, wait, write
from .conftest import SITE, Handler, serve

pytestmark = pytest.mark.browser
CHAPTER = "foundations/perceptron/"
FIRST, SECOND, THIRD = "first-perceptron", "gates", "proof-race"
EXERCISE = "predict-update"
MOST = 300  # milliseconds from the click on Stop to its answer

#: Clicks Stop and says after how many milliseconds the cell has told that it stopped.
STOP = """name => new Promise(resolve => {
  const bar = document.querySelector(`book-cell#${name} .book-bar`)
  const begun = performance.now()
  const note = bar.querySelector(".book-bar__note")
  new MutationObserver((_, watch) => {
    if (!note.textContent.startsWith("Stopped")) return
    watch.disconnect()
    requestAnimationFrame(() => resolve(performance.now() - begun))
  }).observe(note, {childList: true, characterData: true, subtree: true})
  for (const button of bar.querySelectorAll("button")) if (button.textContent === "Stop") button.click()
})"""


@pytest.fixture(scope="module")
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
        "window.workers = []; window.Worker = class extends Worker {"
        "  constructor(...all) { super(...all); workers.push(this) } }"
    )
    page.goto(address + CHAPTER)
    assert page.evaluate("crossOriginIsolated") == (request.param == "isolated")
    yield page
    context.close()
    assert broken == []


def answers(page: Page, code: str = "kept + 1", said: str = "42") -> float:
    """How many seconds pass until Python answers."""
    begun = time.monotonic()
    third = cell(page, THIRD)
    third.evaluate("cell => cell.reset()")
    write(third, code)
    press(third, "Run")
    expect(output(third)).to_have_text(said, timeout=MINUTE)
    return time.monotonic() - begun


def keep(page: Page) -> None:
    """Makes a variable that has to be there again after the fault."""
    write(cell(page, FIRST), "kept = 41")
    write(cell(page, SECOND), "")
    run(cell(page, FIRST))


ENDLESS = {
    "an endless loop": "while True:\n    pass",
    "an endless print": "while True:\n    print('more')",
    "an endless list": "rows = []\nwhile True:\n    rows.append(bytearray(1000))",
    "a long call in C": "import numpy as np\nnp.linalg.svd(np.random.rand(1500, 1500))",
    "a sleep": "import time\ntime.sleep(1000)",
}


@pytest.mark.parametrize("fault", ENDLESS)
def test_stop_ends_at_once(
    desk: Page, fault: str, recovered: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    keep(desk)
    second = cell(desk, SECOND)
    for _ in range(3):  # a machine may have more to do than this
        write(second, f"print('going')\n{ENDLESS[fault]}")
        press(second, "Run")
        expect(output(second)).to_contain_text("going", timeout=MINUTE)
        desk.wait_for_timeout(200)
        told = desk.evaluate(STOP, SECOND)
        begun = time.monotonic()
        expect(output(second)).to_contain_text("going")
        expect(note(second)).to_contain_text("Stopped. ")
        if told < MOST:
            break
    write(second, "")
    answers(desk)
    recovered(
        f"{fault} ({request.node.callspec.params['desk']})", time.monotonic() - begun, told
    )
    assert told < MOST


def test_the_page_scrolls_and_takes_letters_while_a_cell_spins(desk: Page) -> None:
    keep(desk)
    second, third = cell(desk, SECOND), cell(desk, THIRD)
    write(third, "")
    write(second, "n = 0\nwhile True:\n    n += 1\n    print(n)")
    press(second, "Run")
    expect(output(second)).to_contain_text("left out here", timeout=MINUTE)
    third.locator(".cm-content").focus()
    desk.evaluate(
        """() => {
        const gaps = window.gaps = []
        let last = performance.now()
        const frame = now => { gaps.push(now - last); last = now; requestAnimationFrame(frame) }
        requestAnimationFrame(frame) }"""
    )
    before = desk.evaluate("scrollY")
    for letter in "typed while it spins":
        desk.keyboard.type(letter)
        desk.mouse.wheel(0, 40)
    desk.wait_for_timeout(200)
    gaps = sorted(desk.evaluate("gaps"))
    assert third.evaluate("cell => cell.code") == "typed while it spins"
    assert desk.evaluate("scrollY") != before
    desk.evaluate(STOP, SECOND)
    write(second, "")
    write(third, "")
    assert gaps[len(gaps) // 2] < 60, "half of the frames come in time"
    assert gaps[-1] < 1000, "the page stands still"


#: What a reader may write that cannot work here: the line that is named, and the words that help.
MISTAKES = {
    "def f():\n    f()\nf()": (2, "RecursionError", "when does it stop?"),
    "x = 1\nfor i in x\n    pass": (2, "SyntaxError", "end with a colon"),
    "import numpy as np\nnp.ones((10**5, 10**5))": (2, "", "a page has 2 GB"),
    "x = d = None\n\nwhile True:\n    x = [x, bytearray(10**6)]": (4, "MemoryError", "2 GB"),
    "x = 1\nraise KeyboardInterrupt": (2, "Stopped", "before it was done"),
    "x = 1\ninput('Your name? ')": (2, "EOFError", "Nobody can type"),
    "x = 1\nopen('data.csv')": (2, "FileNotFoundError", "no files of your computer"),
    "x = 1\nexit()": (2, "", "no program to end"),
    "x = 1\nquit()": (2, "", "no program to end"),
    "import sys\nsys.exit(1)": (2, "SystemExit", "no program to end"),
    "x = 1\nimport torch": (2, "No module named 'torch'", "your own computer"),
    "x = 1\nimport tensorflow": (2, "ModuleNotFoundError", "your own computer"),
    "x = 1\nimport pandas": (2, "ModuleNotFoundError", "your own computer"),
    "x = 1\nimport requests": (2, "ModuleNotFoundError", "opens no connections"),
    "from urllib.request import urlopen\nurlopen('http://127.0.0.1:1')": (
        2,
        "",
        "opens no connections",
    ),
    "import threading\nthreading.Thread(target=print).start()": (
        2,
        "RuntimeError",
        "one thread",
    ),
    "import subprocess\nsubprocess.run(['ls'])": (2, "OSError", "one thread"),
    "import multiprocessing\nmultiprocessing.Pool(2)": (2, "", "one thread"),
    "import asyncio\nawait asyncio.sleep(1)": (2, "SyntaxError", "call plain functions"),
}


def test_what_cannot_work_here_gets_words_at_its_line(desk: Page) -> None:
    keep(desk)
    second = cell(desk, SECOND)
    for code, (line, name, words) in MISTAKES.items():
        write(second, code)
        run(second)
        for said in (f"in line {line}", name, words):
            expect(output(second)).to_contain_text(said)
        expect(note(second)).to_have_text(f"Stopped by an error in line {line}")
    write(second, "")
    answers(desk)


#: What ends Python itself, without an error that it could tell.
DEADLY = {
    "a list nested 100,000 deep, shown": "x = []\nfor i in range(100_000):\n    x = [x]\nprint(x)",
    "os.abort()": "import os\nos.abort()",
    "os._exit()": "import os\nos._exit(3)",
    "os.kill()": "import os\nos.kill(os.getpid(), 9)",
    "a worker that closes itself": "import js\njs.close()",
    "a worker that the browser ends": "while True:\n    pass",
}
EVERYWHERE = ("a list nested 100,000 deep, shown", "a worker that the browser ends")
HOSTS = [("plain", fault) for fault in DEADLY] + [("isolated", fault) for fault in EVERYWHERE]


@pytest.mark.parametrize(("desk", "fault"), HOSTS, indirect=["desk"])
def test_python_comes_back(
    desk: Page, fault: str, recovered: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    keep(desk)
    second = cell(desk, SECOND)
    write(second, f"print('before')\n{DEADLY[fault]}")
    begun = time.monotonic()
    press(second, "Run")
    expect(output(second)).to_contain_text("before", timeout=MINUTE)
    if fault == "a worker that the browser ends":
        desk.wait_for_timeout(100)
        desk.evaluate("workers.at(-1).terminate()")
    wait(second)
    told = 1000 * (time.monotonic() - begun)
    if "closes itself" not in fault:
        expect(note(second)).to_contain_text("Python itself broke down at this code")
    expect(output(second)).to_contain_text("before")
    write(second, "")
    answers(desk)
    recovered(
        f"{fault} ({request.node.callspec.params['desk']})", time.monotonic() - begun, told
    )


# What the network and the browser may do.


class Cut(Handler):
    """A host whose line breaks in the middle of the files whose names hold one of these words."""

    words: tuple[str, ...] = ()

    def copyfile(self, source, target) -> None:
        if not any(word in self.path for word in Cut.words):
            return super().copyfile(source, target)
        target.write(source.read(20_000))
        target.flush()
        self.connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def breaking_site() -> Iterator[str]:
    yield from serve({}, Cut)


@pytest.fixture
def cut() -> Iterator[Callable[..., None]]:
    def these(*words: str) -> None:
        Cut.words = words

    yield these
    Cut.words = ()


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
    standing = output(first).inner_text()
    assert standing.strip()
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


# What code may write must stay text.

PIECES = [
    "<img src=x onerror=hurt()>",
    "<script>hurt()</script>",
    "</pre></div>",
    "<svg onload=hurt()>",
    "`",
    "<a href='javascript:hurt()'>here</a>",
    "<iframe srcdoc='<script>parent.hurt()</script>'></iframe>",
    "&lt;img src=x onerror=hurt()&gt;",
    "]]>",
    "<!--",
    "<style>@import '//elsewhere.example/'</style>",
    "\x00",
    "\u202e",
    "\ud800",
    '"',
    "'",
    "\n",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example/'>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=hurt()>",
]
#: Each way by which a text `s` may reach the page.
WAYS = """
import warnings
import book_kernel.kernel as kernel
def table(s): return type("T", (), {"_repr_table_": lambda self: {"columns": [s], "rows": [[s]]}})()
def shown(s): return type("R", (), {"__repr__": lambda self: s, "_repr_html_": lambda self: s})()
def raised(s): raise ValueError(s)
def named(s): raise type(s.replace("\\0", "").encode("ascii", "replace").decode(), (Exception,), {})(s)
def key(s): raise KeyError(s)
def near(s): globals()["x" + s] = 1; raise NameError("x", name="x" + s[:-1])
def warned(s): warnings.warn(s)
def filed(s): exec(compile("1 / 0", "<cell " + s.replace("\\0", "") + ">", "exec"))
def syntax(s): compile("x = (" + s.replace("\\0", "").replace("\\ud800", ""), "<cell hostile>", "exec")
def quitted(s): raise SystemExit(s)
def drawn(s):
    svg = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:h='http://www.w3.org/1999/xhtml' onload='hurt()'>"
    bad = "<h:img src='x' onerror='hurt()'/><h:script>hurt()</h:script><script>hurt()</script>"
    bad += "<h:meta http-equiv='refresh' content='0;url=//elsewhere.example/'/><animate onbegin='hurt()'/>"
    bad += "<image href='//elsewhere.example/a'/><a href='javascript:hurt()'><text>b</text></a><title>"
    old = kernel.to_svg, kernel.open_figures, kernel.alt_text
    kernel.to_svg = lambda *all: svg + bad + s.replace("&", "&amp;").replace("<", "&lt;") + "</title></svg>"
    kernel.open_figures, kernel.alt_text = lambda: [0, 1], lambda figure: s
    try:
        outputs = kernel.Outputs(LISTENER)
        kernel.show_figures(outputs)
        kernel.to_svg = lambda *all: svg + s + "</svg>"
        kernel.show_figures(outputs)
    finally:
        kernel.to_svg, kernel.open_figures, kernel.alt_text = old
"""
HARM = """region => {
  const known = "pre div p strong code details summary table thead tbody tr th td figure".split(" ")
  const drawn = "svg title text g".split(" ")
  const bad = [...region.querySelectorAll("*")].filter(node =>
    !(node.namespaceURI.endsWith("svg") ? drawn : known).includes(node.localName)
    || [...node.attributes].some(({name, value}) => /^on|href|src|style/.test(name) || /javascript:/.test(value)))
  return [window.hurts ?? 0, ...bad.map(node => node.outerHTML)]
}"""


def test_what_code_writes_stays_text(desk: Page) -> None:
    desk.evaluate("() => { window.hurt = () => { window.hurts = new Error().stack } }")
    chance = random.Random(5)
    write(cell(desk, FIRST), WAYS)
    second = cell(desk, SECOND)
    write(second, "")
    ways = re.findall(r"^def (\w+)", WAYS, re.M)
    for way in [*ways, "print"]:
        texts = ["".join(chance.choices(PIECES, k=chance.randint(1, 5))) for _ in range(12)]
        code = f"for s in {texts!r}[:-1]:\n    try: {way}(s)\n    except BaseException as e: print(s, repr(e))\n"
        if way == "drawn":
            code = (
                "import gc\nLISTENER = next(k.listener for k in gc.get_objects() if type(k) is kernel.Kernel)\n"
                + code
            )
        write(second, f"print('begun')\n{code}{way}({texts[-1]!r})")
        run(second)
        expect(output(second)).to_contain_text("begun")
        assert output(second).evaluate(HARM) == [0], (way, texts)
    write(second, "")


def test_an_answer_cannot_reach_its_checker(desk: Page) -> None:
    task = desk.locator(f"book-exercise#{EXERCISE}")
    for trick in (
        "import book_kernel.exercise_checks as e\ne.difference = lambda *all: ''",
        "import book_kernel.kernel as k\nk.run_checks = lambda *all: None",
        "import numpy as np\nnp.allclose = lambda *all, **more: True",
        "import os\nprint('Solved')\nos._exit(0)",
    ):
        write(task, trick)
        check(task)
        expect(note(task)).not_to_have_text("Solved")
        expect(note(task)).not_to_contain_text("passed")
    press(task, "Reset")
    write(
        task,
        json.loads(task.locator(".book-data").get_attribute("data-value") or "")["solution"],
    )
    check(task)
    expect(note(task)).to_contain_text("Solved")
