"""Behind the chip in the corner: a chapter taken along with the reader's own edits, and what the keyboard does."""

import ast
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .actions import cell, write

pytestmark = pytest.mark.browser
CHAPTER, FIRST = "foundations/perceptron/", "first-perceptron"


def taken(page: Page, label: str) -> tuple[str, str]:
    page.locator(".book-status__chip").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    return download.value.suggested_filename, Path(download.value.path()).read_text("utf-8")


def test_the_notebook_holds_the_text_and_the_edited_cells(page: Page, site: str) -> None:
    import nbformat

    page.goto(site + CHAPTER)
    write(cell(page, FIRST), "mine = 42")
    name, text = taken(page, "This chapter as a notebook")
    assert name == "perceptron.ipynb"
    nbformat.validate(nbformat.from_dict(json.loads(text)))
    cells = json.loads(text)["cells"]
    code = ["".join(part["source"]) for part in cells if part["cell_type"] == "code"]
    prose = "\n".join(
        "".join(part["source"]) for part in cells if part["cell_type"] == "markdown"
    )
    assert code[0] == "mine = 42"
    assert len(code) == page.locator("book-cell, book-exercise").count()
    assert r"$$s = \sum_{d=1}^{D} \weight{w_d}" in prose
    assert "# The perceptron" in prose
    assert f"{site}{CHAPTER}#playground" in prose
    assert "[#]" not in prose


def test_the_script_runs(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    name, text = taken(page, "This chapter as a script")
    assert name == "perceptron.py"
    ast.parse(text)
    first = text.split("# %%\n")[1].split("# %% [markdown]")[0]
    space: dict = {}
    exec(first, space)
    assert space["mistakes"] == 0


def test_the_question_mark_tells_what_the_keyboard_does(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    keys = page.get_by_role("dialog", name="Keyboard")
    page.wait_for_function("!!customElements.get('book-status')")
    page.keyboard.press("?")
    expect(keys).to_contain_text("what the name at the cursor stands for")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    first = cell(page, FIRST)
    write(first, "# why")
    page.keyboard.type("?")
    expect(keys).to_be_hidden()
    assert first.evaluate("cell => cell.code") == "# why?"


def test_the_menu_leads_to_where_the_book_is_kept(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    page.locator(".book-status__chip").click()
    page.get_by_role("link", name="Read without a network").click()
    expect(page.locator("book-offline")).to_be_in_viewport()
    expect(page.locator(".book-status__menu")).to_be_hidden()
