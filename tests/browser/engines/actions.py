"""What a reader does with a cell or an exercise, in any engine."""

import json
import re
import time

from .engine import MINUTE, Engine
from .host import Host

CHAPTER = "foundations/perceptron/"
FIRST, SECOND, THIRD = (
    f"book-cell#{name}" for name in ("first-perceptron", "gates", "proof-race")
)
EXERCISE, QUIZ = "book-exercise#predict-update", "book-quiz#quiz-right"
ENDED = re.compile("^(Ran|Stopped|As it stood|Solved|Python|[0-9]+ of|The )")
BUSY = "(node) => node.hasAttribute('data-busy')"


def open_chapter(engine: Engine, host: Host, chapter: str = CHAPTER) -> None:
    engine.goto(host.address + chapter)
    engine.until("!document.querySelector('main :not(:defined)')")


def press(engine: Engine, element: str, label: str) -> None:
    engine.click(f"{element} button", label)


def note(engine: Engine, element: str) -> str:
    return engine.text(f"{element} .book-bar__note")


def output(engine: Engine, element: str) -> str:
    return engine.text(f"{element} .book-output").strip()


def write(engine: Engine, element: str, code: str) -> None:
    """Replace the code by other code, as a reader would who has it in the clipboard."""
    editor = f"{element} .cm-content"
    if not engine.count(editor):
        engine.focus(f"{element} pre.book-code")
        engine.press("Enter")
        engine.until(f"document.querySelector({editor!r})")
    engine.focus(editor)
    engine.press("Control+a")
    engine.press("Delete")
    if code:
        engine.insert(code)
    engine.until(f"document.querySelector({element!r}).code === {json.dumps(code)}")


def run(engine: Engine, element: str) -> None:
    """Press Run and wait until the cell says how it ended."""
    press(engine, element, "Run")
    wait(engine, element)


def wait(engine: Engine, element: str) -> None:
    end = time.monotonic() + MINUTE
    while engine.of(f"{element} .book-bar", BUSY) or not ENDED.match(note(engine, element)):
        if time.monotonic() > end:
            raise AssertionError(
                f"{engine.name}: {element} never ended: {note(engine, element)}"
            )
        time.sleep(0.05)
