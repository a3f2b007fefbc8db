"""LeNet's drawing board."""

import pytest
from playwright.sync_api import expect

from ..actions import MINUTE, press
from .actions import by_link, visit

pytestmark = pytest.mark.browser


def test_lenet_needs_no_python_until_the_reader_draws(page, site):
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    element = visit(page, site, "book-lenet")
    press(element, "3")
    expect(element.locator(".bars li.first .digit")).to_have_text("3")
    assert not [url for url in fetched if "pyodide" in url]


def test_lenet_reads_what_is_drawn_with_the_keyboard(page, site):
    element = visit(page, site, "book-lenet")
    press(element, "Empty the board")
    board = element.get_by_role("application")
    board.focus()
    for _ in range(7):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    for _ in range(15):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    element.get_by_role("button", name="1", exact=True).focus()
    page.keyboard.press("Enter")
    expect(element.get_by_role("button", name="Ask me again")).to_be_focused()
    expect(element.locator(".verdict")).to_contain_text("You said 1; it reads", timeout=MINUTE)
    expect(element.locator(".maps canvas")).to_have_count(1 + 6 + 6 + 16 + 16 + 2)
    again = by_link(page, site, "book-lenet", element)
    inked = again.locator(".board rect[fill-opacity]:not([fill-opacity='0'])")
    expect(inked.nth(20)).to_be_attached()
    expect(again.locator(".verdict")).to_contain_text("You said 1; it reads", timeout=MINUTE)
