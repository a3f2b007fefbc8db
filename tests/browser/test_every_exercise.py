"""Every exercise of every page, answered in the browser: wrongly, and right (tests/test_pages.py tries all stored answers)."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from widgets.markdown import parse_page

from .actions import MINUTE, check, note, write

pytestmark = pytest.mark.browser
DOCS = Path(__file__).resolve().parents[2] / "docs"
EXERCISES = {
    path.relative_to(DOCS).with_suffix("").as_posix() + "/": parse_page(path).exercises
    for path in sorted(DOCS.rglob("*.md"))
}
PAGES = [page for page, exercises in EXERCISES.items() if exercises]


def answer(page: Page, name: str, code: str) -> str:
    """Hand in some code; returns what the reader is told."""
    task = page.locator(f"book-exercise#{name}")
    write(task, code)
    check(task)
    expect(task.locator(".book-results")).to_be_visible(timeout=MINUTE)
    return f"{note(task).inner_text()}\n{task.locator('.book-results').inner_text()}"


@pytest.mark.parametrize("address", PAGES)
def test_solutions_pass_and_a_wrong_answer_is_told_why(
    page: Page, site: str, address: str
) -> None:
    page.goto(site + address)
    for exercise in EXERCISES[address]:
        wrong = exercise.wrong[0]
        told = answer(page, exercise.id, wrong.code)
        assert "Solved" not in told, exercise.id
        assert wrong.message in " ".join(told.split()), f"{exercise.id}: {told}"
        assert "Solved" in answer(page, exercise.id, exercise.solution), exercise.id
