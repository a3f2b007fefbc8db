"""What the editor tells while a reader looks at code and writes it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .actions import cell, run, write

pytestmark = pytest.mark.browser
CHAPTER = "foundations/perceptron/"
FIRST = "first-perceptron"


def card(page: Page) -> Locator:
    return page.locator("body > .book-card")


def point_at(page: Page, element: Locator, word: str) -> None:
    """Rest the pointer on the first such word of a cell's code."""
    element.scroll_into_view_if_needed()
    page.wait_for_timeout(200)  # what is around it is laid out
    place = element.evaluate(
        """(element, word) => {
          const box = element.querySelector(".cm-content") ?? element.querySelector("pre code");
          const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(word);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at); range.setEnd(node, at + word.length);
            node.parentElement.scrollIntoView({ block: "center" });
            const { x, y, width, height } = range.getBoundingClientRect();
            return [x + width / 2, y + height / 2];
          }
        }""",
        word,
    )
    page.wait_for_timeout(100)  # scrolling takes a card away
    page.mouse.move(place[0] - 2, place[1])
    page.mouse.move(*place)


def test_a_name_of_the_book_tells_what_it_is_before_anything_ran(page: Page, site: str) -> None:
    page.goto(f"{site}foundations/backpropagation/")
    quoted = page.locator("book-cell", has_text="book_code.autodiff.micro").first
    point_at(page, quoted, "Value")
    expect(card(page)).to_contain_text("Value(data")
    link = card(page).get_by_role("link", name="Reference and source")
    assert "/reference/" in link.get_attribute("href")
    link.click()
    expect(page).to_have_url(re.compile(r"#book_code\.autodiff\.micro\.Value$"))
    expect(card(page)).to_be_hidden()


def test_an_array_shows_its_shape_its_range_and_a_picture(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    write(first, "import numpy as np\ngrid = np.arange(12.0).reshape(3, 4)\ngrid")
    run(first)
    page.mouse.move(0, 0)
    point_at(page, first, "grid")
    expect(card(page)).to_contain_text("shape (3, 4) · float64 · 0 to 11, mean 5.5")
    assert card(page).locator("canvas").evaluate("c => [c.width, c.height]") == [4, 3]
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()


def test_names_go_on_by_the_pages_variables(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    write(first, "learning_rate = 0.1")
    run(first)
    write(first, "learning_rate = 0.1\nprint(lea")
    page.keyboard.type("r", delay=30)
    expect(first.locator(".cm-tooltip-autocomplete")).to_contain_text("learning_rate")
    page.wait_for_timeout(200)  # the list takes no key in its first moments, lest it surprise
    page.keyboard.press("Tab")
    assert first.evaluate("cell => cell.code").startswith(
        "learning_rate = 0.1\nprint(learning_rate"
    )


def test_enter_makes_a_new_line_while_names_are_offered(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    write(first, "pri")
    page.keyboard.type("n", delay=30)
    expect(first.locator(".cm-tooltip-autocomplete")).to_be_visible()
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    assert first.evaluate("cell => cell.code") == "prin\n"


def test_what_was_changed_can_be_seen_and_goes_with_a_reset(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    changes = first.get_by_role("button", name="Changes")
    expect(changes).to_be_hidden()
    expect(first.get_by_role("button", name="Run", exact=True)).to_be_visible()  # it is awake
    standing = first.evaluate("cell => cell.code")
    write(first, standing.replace("range(1, 11)", "range(1, 4)"))
    page.reload()  # an edit of an earlier visit
    changes.click()
    expect(changes).to_have_attribute("aria-pressed", "true")
    expect(first.locator(".cm-deletedChunk")).to_have_text("for epoch in range(1, 11):")
    expect(first.locator(".cm-changedLine")).to_have_count(1)
    assert "range(1, 4)" in first.evaluate("cell => cell.code")
    changes.click()
    expect(first.locator(".cm-deletedChunk")).to_have_count(0)
    changes.click()
    first.get_by_role("button", name="Reset").click()
    expect(changes).to_be_hidden()
    assert first.evaluate("cell => cell.code") == standing


def test_f1_tells_what_stands_at_the_cursor(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    write(first, "text = 'abc'\ntext")
    run(first)
    first.locator(".cm-content").focus()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.press("F1")
    expect(card(page)).to_contain_text("'abc'")
    expect(card(page)).to_have_attribute("role", "status")
