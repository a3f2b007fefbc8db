"""The receptive field."""

import re

import pytest
from playwright.sync_api import expect

from ..actions import press
from .actions import by_link, drag, visit

pytestmark = pytest.mark.browser


def test_receptive_field_guess_then_table(page, site):
    element = visit(page, site, "book-receptive-field")
    expect(element.locator("section.frame tbody")).not_to_contain_text("14 +")
    element.get_by_label("pixels wide", exact=True).fill("16")
    press(element, "That is my guess")
    expect(element.locator(".verdict")).to_contain_text("it is 16")
    expect(element.locator("section.frame tbody")).to_contain_text("14 + (2 − 1)·1·2 = 16")


def test_receptive_field_unit_by_keyboard_drag_and_link(page, site):
    element = visit(page, site, "book-receptive-field")
    press(element, "Just show me")
    unit = element.get_by_role("slider", name=re.compile("The output unit"))
    unit.focus()
    page.keyboard.press("ArrowLeft")
    expect(unit).to_have_attribute("aria-valuenow", "1")
    box = element.get_by_role("slider", name=re.compile("What the unit sees"))
    expect(box).to_have_attribute("aria-valuetext", re.compile("unit 2, 1 .* columns 4 to 19"))
    drag(page, box, 500, 0)
    expect(box).to_have_attribute("aria-valuetext", re.compile("columns 16 to 31"))
    again = by_link(page, site, "book-receptive-field", element)
    expect(
        again.get_by_role("slider", name=re.compile("What the unit sees"))
    ).to_have_attribute("aria-valuetext", re.compile("columns 16 to 31"))


def test_receptive_field_of_a_stack_that_does_not_fit(page, site):
    element = visit(page, site, "book-receptive-field")
    press(element, "Just show me")
    element.get_by_label("Width of the input in pixels").fill("10")
    expect(element.locator(".words")).to_contain_text("too small for this stack")
