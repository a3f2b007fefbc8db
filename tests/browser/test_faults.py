"""What a reader's code may do to a page: each time it says so, and goes on."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .actions import MINUTE, cell, check, note, output, press, run, wait, write
from .faults import CHAPTER, EXERCISE, SECOND, THIRD, answers, keep

pytestmark = pytest.mark.browser
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
    words = "typed while it spins"
    for letter in words:
        desk.keyboard.type(letter)
        desk.mouse.wheel(0, 40)
    desk.wait_for_timeout(200)
    gaps = sorted(desk.evaluate("gaps"))
    assert third.evaluate("cell => cell.code") == words
    assert desk.evaluate("scrollY") != before
    desk.evaluate(STOP, SECOND)
    write(second, "")
    write(third, "")
    assert len(gaps) >= len(words), "not every letter has a frame of its own"
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


#: Warnings, by the line that they name and their words.
WARNINGS = {
    "import warnings\nwarnings.warn('look here')": (2, "UserWarning: look here"),
    "from datetime import datetime\nx = datetime.utcnow()": (2, "DeprecationWarning: datetime"),
    "x = 1\nprint(x is 1)": (2, "SyntaxWarning: "),
    "x = 1\ny = '\\d'": (2, "SyntaxWarning: "),
    "import warnings\ndef old():\n    warnings.warn('old', FutureWarning, 2)\nold()": (
        4,
        "FutureWarning: old",
    ),
}


def test_a_warning_names_its_line_each_time(desk: Page) -> None:
    keep(desk)
    second = cell(desk, SECOND)
    for code, (line, words) in WARNINGS.items():
        write(second, f"{code}\nprint('went on')")
        for _ in range(2):  # a second run warns like the first
            run(second)
            expect(output(second)).to_contain_text(f"<cell {SECOND}>:{line}: {words}")
            expect(output(second)).to_contain_text("went on")
    write(second, "")
    answers(desk)


#: The page counts its minute by seconds, which are shorter here; a start, whose limit is counted too, still has seven.
SHORT_MINUTE = """const every = window.setInterval
window.setInterval = (act, time, ...more) => every(act, time === 1_000 ? 150 : time, ...more)"""


@pytest.mark.parametrize("host", ["site", "isolated_site"])
def test_the_time_limit_ends_what_runs(
    page: Page, host: str, recovered: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    page.add_init_script(SHORT_MINUTE)
    page.goto(request.getfixturevalue(host) + CHAPTER)
    keep(page)
    second = cell(page, SECOND)
    for code in ("while True:\n    pass", "import time\ntime.sleep(1000)"):
        write(second, f"print('before')\n{code}")
        run(second)
        expect(output(second)).to_contain_text("before")
        expect(note(second)).to_contain_text("Stopped: it ran longer than a minute.")
    begun = time.monotonic()
    write(second, "")
    answers(page)
    recovered(f"the time limit ({host})", time.monotonic() - begun)
    task = page.locator(f"book-exercise#{EXERCISE}")
    write(task, "while True:\n    pass")
    check(task)
    expect(note(task)).to_have_text("Stopped after a minute: does a loop never end?")


@pytest.mark.parametrize("kind", ["bytearray(10**7)", "np.ones((1000, 1000))"])
def test_endless_memory_ends_at_its_line(
    desk: Page, kind: str, recovered: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    keep(desk)
    second = cell(desk, SECOND)
    write(second, f"import numpy as np\nrows = []\nwhile True:\n    rows.append({kind})")
    begun = time.monotonic()
    run(second)
    told = 1000 * (time.monotonic() - begun)
    expect(output(second)).to_contain_text("in line 4")
    expect(output(second)).to_contain_text("a page has 2 GB")
    begun = time.monotonic()
    write(second, "del rows")
    run(second)
    write(second, "")
    answers(desk)
    host = request.node.callspec.params["desk"]
    recovered(f"endless memory, {kind} ({host})", time.monotonic() - begun, told)


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
        desk.evaluate("pythons.at(-1).terminate()")
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
