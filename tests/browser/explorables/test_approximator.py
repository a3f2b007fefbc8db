"""The bump-by-bump approximator."""

import pytest
from playwright.sync_api import Locator, expect

from ..actions import MINUTE, press
from .actions import by_link, drag, visit

pytestmark = pytest.mark.browser


def largest_error(element: Locator) -> float:
    return float(element.locator(".words .gradient").inner_text())


def test_a_network_is_built_bump_by_bump_and_then_trained(page, site):
    element = visit(page, site, "book-approximator")
    expect(element.locator("svg:not(.key) .sum[d]")).to_have_count(0)
    press(element, "nearer")
    expect(element.locator("svg:not(.key) .pieces path")).to_have_count(17, timeout=MINUTE)
    expect(element.locator(".verdict")).to_contain_text("By hand", timeout=MINUTE)
    expect(element.locator("svg:not(.key) .trained path")).to_have_count(1)
    expect(element.locator(".guess")).to_have_attribute("data-right", "false")
    by_hand = largest_error(element)
    bumps = element.get_by_role("slider", name="Bumps that stand")
    bumps.press("ArrowLeft")
    expect(element.locator("svg:not(.key) .pieces path")).to_have_count(16)
    assert largest_error(element) > by_hand
    press(element, "trained")
    expect(element.locator(".words")).to_contain_text("1200 steps", timeout=MINUTE)
    trained = largest_error(element)
    press(element, "Another start")
    expect(element.locator(".words")).to_contain_text("start 2", timeout=MINUTE)
    assert largest_error(element) != trained
    again = by_link(page, site, "book-approximator", element)
    expect(again.locator(".words")).to_contain_text("start 2", timeout=MINUTE)


def test_more_ramps_come_nearer_to_a_curve_of_the_readers_own(page, site):
    element = visit(
        page, site, "book-approximator", "?bumps=p:hill;k:relu;n:4;w:built;s:0;g:same"
    )
    expect(element.locator(".words")).to_contain_text("4 units", timeout=MINUTE)
    point = element.get_by_role("slider", name="Point 6 of the curve")
    point.press("ArrowDown")
    expect(point).to_have_attribute("aria-valuenow", "1.1")
    drag(page, point, 0, 60)
    expect(point).not_to_have_attribute("aria-valuenow", "1.1")
    units = element.get_by_role("slider", name="Number of units")
    units.press("ArrowRight")
    expect(element.locator(".words")).to_contain_text("5 units", timeout=MINUTE)
    few = largest_error(element)
    for _ in range(15):
        units.press("ArrowRight")
    expect(element.locator(".words")).to_contain_text("20 units", timeout=MINUTE)
    assert largest_error(element) < few / 2
    expect(element.locator("svg:not(.key) .built rect")).to_have_count(6)
