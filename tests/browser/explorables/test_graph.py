"""The graph stepper."""

import re

import pytest
from playwright.sync_api import Locator, expect

from ..actions import press
from .actions import by_link, drag, visit

pytestmark = pytest.mark.browser


def step_to_the_end(element: Locator) -> None:
    step = element.get_by_role("button", name="Step ›")
    while step.is_enabled():
        step.click()
        element.page.wait_for_timeout(30)


def test_graph_waits_for_the_guess_before_it_goes_backwards(page, site):
    element = visit(page, site, "book-graph")
    step_to_the_end(element)
    expect(element.locator(".words")).to_contain_text("Commit a guess")
    element.get_by_label("= ∂L/∂w").fill("-1.3")
    press(element, "That is my guess")
    step_to_the_end(element)
    expect(element.locator(".verdict")).to_contain_text("∂L/∂w is −1.318. Right.")
    expect(element.locator("section.frame tbody tr")).to_have_count(4)
    chain, nudged = (
        element.locator("section.frame tbody tr").first.locator("td").all_inner_texts()[1:]
    )
    assert chain == nudged == "−1.318"


def test_graph_of_the_readers_own_expression_comes_back_from_a_link(page, site):
    element = visit(page, site, "book-graph")
    element.get_by_label("Your expression").fill("s = x*x; s*x + w")
    expect(element.locator("footer code")).to_contain_text("L = s*x + w")
    element.get_by_label("x", exact=True).fill("2")
    press(element, "Just show me")
    step_to_the_end(element)
    expect(element.locator("section.frame tbody")).to_contain_text("12")
    again = by_link(page, site, "book-graph", element)
    expect(again.get_by_label("Your expression")).to_have_value("s = x*x; s*x + w")
    expect(again.locator("section.frame tbody")).to_contain_text("12")


def test_graph_says_what_is_wrong_and_where(page, site):
    element = visit(page, site, "book-graph")
    expect(element.locator(".node")).not_to_have_count(0)
    before = element.locator(".node").count()
    element.get_by_label("Your expression").fill("w*x + sin(b)")
    expect(element.get_by_role("alert")).to_contain_text("There is no function sin")
    caret = element.get_by_role("alert").locator("pre").inner_text().split("\n")[1]
    assert caret.index("▲") == len("w*x + ")
    expect(element.locator(".node")).to_have_count(before)  # the last graph stays


def test_graph_inputs_by_keyboard_and_by_drag(page, site):
    element = visit(page, site, "book-graph")
    node = element.get_by_role("slider", name=re.compile("input w"))
    node.focus()
    page.keyboard.press("ArrowUp")
    expect(node).to_have_attribute("aria-valuenow", "0.6")
    drag(page, node, 50, 0)
    expect(node).to_have_attribute("aria-valuenow", "1.6")
