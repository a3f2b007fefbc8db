"""What a reader, a browser or a network may do to a page: each time it says so, and goes on."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .actions import MINUTE, cell, note, output, press, run, write

pytestmark = pytest.mark.browser
CHAPTER = "foundations/perceptron/"
FIRST, SECOND, THIRD = "first-perceptron", "gates", "proof-race"
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
    write(second, f"print('going')\n{ENDLESS[fault]}")
    press(second, "Run")
    expect(output(second)).to_contain_text("going", timeout=MINUTE)
    desk.wait_for_timeout(200)
    told = desk.evaluate(STOP, SECOND)
    begun = time.monotonic()
    expect(output(second)).to_contain_text("going")
    expect(note(second)).to_contain_text("Stopped. ")
    write(second, "")
    answers(desk)
    recovered(
        f"{fault} ({request.node.callspec.params['desk']})", time.monotonic() - begun, told
    )
    assert told < MOST
