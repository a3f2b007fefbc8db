"""The loss surface."""

import re

import pytest
from playwright.sync_api import Locator, expect

from ..actions import MINUTE, press
from .actions import by_link, visit

pytestmark = pytest.mark.browser


def numbers(element: Locator) -> list[float]:
    """Loss, gradient and lowest place as the loss surface tells them."""
    words = element.locator(".words").inner_text().replace("\N{MINUS SIGN}", "-")
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", words)]


def test_the_far_off_point_moves_the_line_of_the_squared_error_only(page, site):
    element = visit(page, site, "book-loss-surface")
    press(element, "through the six")
    expect(element.locator(".verdict")).to_contain_text("It is pulled", timeout=MINUTE)
    expect(element.locator(".guess")).to_have_attribute("data-right", "false")
    before = numbers(element)
    press(element, "absolute")
    another = re.compile(rf"lowest place is w = (?!{re.escape(str(before[3]))})")
    expect(element.locator(".words")).to_contain_text(another, timeout=MINUTE)
    squared, absolute = before[3:], numbers(element)[3:]
    assert squared[0] > absolute[0] + 0.2
    press(element, "To the lowest place")
    far = element.get_by_role("slider", name="Point 7, up and down")
    for _ in range(5):
        far.press("ArrowUp")
    expect(element.locator(".words")).to_contain_text(f"w = {absolute[0]}", timeout=MINUTE)


def test_steps_go_down_the_loss_surface(page, site):
    element = visit(page, site, "book-loss-surface")
    press(element, "Just show me")
    step = element.get_by_role("button", name="Step downhill")
    expect(step).to_be_enabled(timeout=MINUTE)
    heights = [numbers(element)[0]]
    for _ in range(4):
        step.click()
        expect(step).to_be_enabled()
        expect(element.locator(".words strong")).not_to_have_text(str(heights[-1]))
        heights.append(numbers(element)[0])
    assert heights == sorted(heights, reverse=True)
    handle = element.get_by_role("slider", name="Slope and intercept")
    handle.focus()
    page.keyboard.press("ArrowRight")
    again = by_link(page, site, "book-loss-surface", element)
    expect(again.locator(".words strong")).to_be_visible(timeout=MINUTE)
