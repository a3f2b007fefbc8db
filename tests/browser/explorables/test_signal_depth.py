"""The signal through the layers."""

import pytest
from playwright.sync_api import expect

from ..actions import MINUTE, press
from .actions import by_link, visit

pytestmark = pytest.mark.browser


def test_the_start_decides_what_arrives_at_the_first_layer(page, site):
    element = visit(page, site, "book-signal-depth")
    press(element, "about as large")
    expect(element.locator(".verdict")).to_contain_text("10⁻⁵ times as large", timeout=MINUTE)
    expect(element.locator(".guess")).to_have_attribute("data-right", "false")
    expect(element.locator(".bars.gradient rect")).to_have_count(30)
    press(element, "He")
    expect(element.locator(".words")).not_to_contain_text("10⁻⁵")
    element.get_by_role("slider", name="Number of layers").press("ArrowLeft")
    expect(element.locator(".bars.gradient rect")).to_have_count(29)
    element.get_by_role("checkbox").check()
    again = by_link(page, site, "book-signal-depth", element)
    expect(again.get_by_role("checkbox")).to_be_checked()
    expect(again.locator(".bars.gradient rect")).to_have_count(29, timeout=MINUTE)
