"""The optimizer race."""

import pytest
from playwright.sync_api import expect

from ..actions import MINUTE, press
from .actions import by_link, drag, type_twice, visit

pytestmark = pytest.mark.browser


def test_the_race_runs_on_a_typed_surface_and_says_who_is_lowest(page, site):
    page.emulate_media(reduced_motion="reduce")  # the end is shown at once
    element = visit(page, site, "book-optimizer-race")
    press(element, "Adam")
    expect(element.locator(".verdict")).to_contain_text("lowest is", timeout=MINUTE)
    expect(element.locator("tr.first")).to_have_count(1)
    before = element.locator(".rings").get_attribute("d")
    formula = element.get_by_label("The surface: a formula in x and y")
    type_twice(element, formula, "x**2 + 3 y", "3 * y", "x**2 + 3*y**2")
    expect(element.locator(".rings")).not_to_have_attribute("d", before)
    again = by_link(page, site, "book-optimizer-race", element)
    expect(again.get_by_label("The surface: a formula in x and y")).to_have_value(
        "x**2 + 3*y**2"
    )
    expect(again.locator(".verdict")).to_contain_text("lowest is", timeout=MINUTE)


def test_the_start_of_the_race_moves_by_the_keyboard_and_by_dragging(page, site):
    element = visit(page, site, "book-optimizer-race")
    start = element.locator("circle.start")
    start.focus()
    page.keyboard.press("ArrowRight")
    expect(start).to_have_attribute("cx", "-2.6")
    drag(page, start, 60, 0)
    expect(start).not_to_have_attribute("cx", "-2.6")
