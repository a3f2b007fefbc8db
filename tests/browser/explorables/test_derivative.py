"""Function and derivative."""

import re

import pytest
from playwright.sync_api import expect

from ..actions import MINUTE, press
from .actions import by_link, drag, told, type_twice, visit

pytestmark = pytest.mark.browser


def test_the_secant_is_nearest_with_a_step_that_is_not_the_smallest(page, site):
    element = visit(page, site, "book-derivative")
    press(element, "h = 10⁻¹⁵: the smaller, the nearer")
    expect(element.locator(".verdict")).to_contain_text(
        "by 4.5·10⁻⁵ with h = 10⁻³", timeout=MINUTE
    )
    expect(element.locator(".guess")).to_have_attribute("data-right", "false")
    step = element.get_by_role("slider", name="The step h, smaller to the right")
    step.focus()
    page.keyboard.press("End")
    told(element, "x + h is x")
    press(element, "Ask me again")
    told(element, "Commit a guess")
    press(element, "h = 10⁻⁸")
    expect(element.locator(".guess")).to_have_attribute("data-right", "true")
    press(element, "The corner of ReLU")
    told(element, "there is a corner here")


def test_the_readers_own_function_has_a_slope_everywhere(page, site):
    element = visit(page, site, "book-derivative")
    press(element, "Just show me")
    formula = element.get_by_label("The function: a formula in x")
    type_twice(element, formula, "3 x", "3 * x", "x**3 - relu(x)")
    told(element, "f′(x) = 2")
    place = element.get_by_role("slider", name="The place x on the curve")
    place.focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(place).to_have_attribute("aria-valuetext", "x = 0.4, f(x) = −0.336")
    told(element, "f′(x) = −0.52")
    drag(page, place, 40, 0)
    expect(place).to_have_attribute(  # the value of the new place, so the words are of it too
        "aria-valuetext", re.compile(r"x = (?!0\.4,).+, f\(x\) = "), timeout=MINUTE
    )
    words = element.locator(".words").inner_text()
    again = by_link(page, site, "book-derivative", element)
    expect(again.get_by_label("The function: a formula in x")).to_have_value("x**3 - relu(x)")
    expect(again.locator(".words")).to_have_text(
        re.compile(re.escape(words.split("\n")[0])), timeout=MINUTE
    )
