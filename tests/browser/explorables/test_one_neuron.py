"""One neuron."""

import re

import pytest
from playwright.sync_api import expect

from ..actions import MINUTE, press
from .actions import by_link, drag, told, visit

pytestmark = pytest.mark.browser


def test_one_neuron_is_and_or_and_nand_but_never_xor(page, site):
    element = visit(page, site, "book-one-neuron")
    expect(element.locator(".words")).to_contain_text("Commit a guess")
    press(element, "NAND")
    expect(element.locator(".verdict")).to_contain_text("XOR. Of 4913", timeout=MINUTE)
    expect(element.locator(".guess")).to_have_attribute("data-right", "false")
    weight, other, bias = (
        element.get_by_role("slider", name=name)
        for name in ("Weight w₁", "Weight w₂", "Bias b")
    )
    press(element, "Make OR")
    told(element, "2 of 4 corners")
    other.fill("1")
    bias.fill("-0.5")
    told(element, "this is OR")
    press(element, "Make AND")
    other.fill("1")
    bias.fill("-1.5")
    told(element, "this is AND")
    press(element, "Make XOR?")  # the question is not asked again
    other.fill("1")
    bias.fill("-0.5")
    told(element, "More than three there are not")
    expect(element.locator(".points .wrong")).to_have_count(1)
    press(element, "Make NAND")
    weight.fill("-1")
    told(element, "1 of 4 corners")
    bias.fill("1.5")
    told(element, "this is NAND")


def test_one_neuron_by_keyboard_by_drag_and_by_link(page, site):
    element = visit(page, site, "book-one-neuron")
    press(element, "Just show me")
    expect(element.locator(".sum")).to_contain_text("a = φ(z) = 0.018", timeout=MINUTE)
    place = element.get_by_role("slider", name="The input x")
    place.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(place).to_have_attribute("aria-valuetext", "x = (0.4, 0.2), activation 0.35")
    boundary = element.get_by_role("slider", name="The boundary")
    boundary.focus()
    page.keyboard.press("ArrowUp")
    expect(boundary).to_have_attribute("aria-valuetext", "bias −0.9")
    press(element, "ReLU")
    expect(element.locator(".sum")).to_contain_text("+ (−0.9) = −0.5, a = φ(z) = 0")
    drag(page, place, 60, -120)  # away from the boundary's handle
    expect(place).not_to_have_attribute("aria-valuetext", re.compile(r"x = \(0\.4,"))
    drag(page, element.locator(".boundary .knob"), 30, 0)
    expect(boundary).not_to_have_attribute("aria-valuetext", "bias −0.9")
    bias = boundary.get_attribute("aria-valuetext").removeprefix("bias ")
    expect(element.locator(".sum")).to_contain_text(f"({bias})", timeout=MINUTE)
    text = element.locator(".sum").inner_text()
    again = by_link(page, site, "book-one-neuron", element)
    expect(again.locator(".sum")).to_have_text(text, timeout=MINUTE)
