"""The perceptron playground."""

import re

import pytest
from playwright.sync_api import expect

from ..actions import press
from .actions import by_link, drag, middle, visit

pytestmark = pytest.mark.browser


def test_perceptron_guess_then_run(page, site):
    page.emulate_media(reduced_motion="reduce")
    element = visit(page, site, "book-perceptron")
    press(element, "AND")
    step = element.get_by_role("button", name="Step ›")
    expect(step).to_be_disabled()
    press(element, "6 to 20")
    expect(step).to_be_enabled()
    step.click()
    expect(element.locator(".words")).to_contain_text("was on the wrong side")
    expect(element.locator(".verdict")).to_have_text("Your guess: 6 to 20. Now see.")
    press(element, "Run")  # with reduced motion the end is there at once
    expect(element.locator(".verdict")).to_contain_text("It made 18 updates", timeout=1000)
    expect(element.locator(".guess")).to_have_attribute("data-right", "true")
    press(element, "Ask me again")
    expect(step).to_be_disabled()


def test_perceptron_runs_step_by_step_where_motion_is_welcome(page, site):
    element = visit(page, site, "book-perceptron")
    press(element, "OR")
    press(element, "Just show me")
    press(element, "Run")
    expect(element.get_by_role("button", name="Pause")).to_be_visible()
    expect(element.locator(".words")).to_contain_text(
        "the rule has stopped after 9 updates", timeout=15_000
    )


def test_perceptron_xor_goes_in_circles(page, site):
    page.emulate_media(reduced_motion="reduce")
    element = visit(page, site, "book-perceptron")
    press(element, "XOR")
    press(element, "it never stops")
    press(element, "Run")
    expect(element.locator(".words")).to_contain_text("everything comes again, every 4 updates")
    expect(element.locator(".guess")).to_have_attribute("data-right", "true")


def test_perceptron_points_by_keyboard(page, site):
    element = visit(page, site, "book-perceptron")
    press(element, "AND")
    point = element.get_by_role("button", name=re.compile(r"^Point 2 "))
    point.focus()
    page.keyboard.press("ArrowRight")
    expect(point).to_have_attribute("aria-label", re.compile("minus one at 0.1, 1"))
    page.keyboard.press("Space")
    expect(point).to_have_attribute("aria-label", re.compile("plus one"))
    page.keyboard.press("Delete")
    expect(element.locator(".point")).to_have_count(3)


def test_perceptron_points_by_pointer(page, site):
    element = visit(page, site, "book-perceptron")
    press(element, "Two clouds")
    press(element, "Just show me")
    count = element.locator(".point").count()
    ground = element.locator(".ground")
    x, y = middle(ground)
    page.mouse.click(x + 10, y - 150)
    expect(element.locator(".point")).to_have_count(count + 1)
    drag(page, element.locator(".point").last, 0, 40)
    moved = element.locator(".point").last.get_attribute("aria-label")
    assert "at 0.15" in moved or "at 0.1" in moved or "at 0.2" in moved
    box = ground.bounding_box()
    drag(page, element.locator(".point").last, -box["width"], 0)
    expect(element.locator(".point")).to_have_count(count)


def test_perceptron_weights_are_dragged_and_linked(page, site):
    element = visit(page, site, "book-perceptron")
    press(element, "AND")
    press(element, "Just show me")
    arrow = element.get_by_role("slider", name=re.compile("Weight vector"))
    arrow.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(arrow).to_have_attribute("aria-valuetext", "w = (1, 0.1)")
    drag(page, arrow, -40, -60)
    after = arrow.get_attribute("aria-valuetext")
    assert after != "w = (1, 0.1)"
    again = by_link(page, site, "book-perceptron", element)
    expect(again.get_by_role("slider", name=re.compile("Weight vector"))).to_have_attribute(
        "aria-valuetext", after
    )


def test_perceptron_guess_line_is_judged(page, site):
    page.emulate_media(reduced_motion="reduce")
    element = visit(page, site, "book-perceptron")
    press(element, "AND")
    drag(page, element.get_by_role("slider", name=re.compile("End 1")), 0, -30)
    press(element, "6 to 20")
    press(element, "Run")
    expect(element.locator(".verdict")).to_contain_text(
        re.compile(r"differs from the rule’s by \d+°")
    )
