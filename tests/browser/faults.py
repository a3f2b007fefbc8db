"""What the tests of faults share: one chapter, its first cells, and how soon Python answers again."""

import time

from playwright.sync_api import Page, expect

from .actions import MINUTE, cell, output, press, run, write

CHAPTER = "foundations/perceptron/"
FIRST, SECOND, THIRD = "first-perceptron", "gates", "proof-race"
EXERCISE = "predict-update"


def answers(page: Page, code: str = "kept + 1", said: str = "42") -> float:
    """How many seconds pass until Python answers."""
    begun = time.monotonic()
    third = cell(page, THIRD)
    expect(third.locator(".book-bar")).to_be_attached()  # its script has come
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
