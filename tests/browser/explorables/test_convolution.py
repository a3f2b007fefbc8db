"""The convolution stepper."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from ..actions import press
from .actions import drag, link, middle, visit

pytestmark = pytest.mark.browser


def test_convolution_hides_the_output_until_the_guess(page, site):
    element = visit(page, site, "book-convolution", "?stepping=p:edge")
    expect(element.locator(".outputs svg").first).to_be_hidden()
    element.get_by_label("cells wide").fill("7")
    press(element, "That is my guess")
    expect(element.locator(".verdict")).to_contain_text("You said 7; it is 6.")
    expect(element.locator(".guess")).to_have_attribute("data-right", "false")
    expect(element.locator(".outputs svg").first).to_be_visible()


def test_convolution_window_by_keyboard_and_by_drag(page, site):
    element = visit(page, site, "book-convolution", "?stepping=p:edge;g:6;at:0,0")
    window = element.get_by_role("slider", name=re.compile("The window"))
    window.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(window).to_have_attribute("aria-valuetext", "row 0, column 2, output 3")
    expect(element.locator(".product")).to_contain_text("= 3 = y[0, 2]")
    drag(page, window, 0, 300)
    expect(window).to_have_attribute("aria-valuetext", re.compile("row 5, column 2"))


def test_convolution_is_painted_by_pointer_and_by_keyboard(page, site):
    element = visit(page, site, "book-convolution", "?stepping=p:edge;i:blank;g:6")
    press(element, "Paint")
    x, y = middle(element.locator("figure").first.locator("svg"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y)
    page.mouse.up()
    brush = element.get_by_role("button", name=re.compile("Brush"))
    brush.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(brush).to_have_attribute("aria-label", re.compile("row 1, column 0, value 1"))
    query = parse_qs(urlsplit(link(page, element)).query)["stepping"][0]
    pixels = re.search(r"i:(\w+)", query)[1]
    assert pixels[8] == "g"  # 16 of 16 greys, in base 17
    assert pixels.count("g") >= 3


def test_convolution_shift_moves_the_output(page, site):
    element = visit(page, site, "book-convolution", "?stepping=p:shift;g:6")
    press(element, "Shift the picture right")
    expect(element.locator(".noted")).to_contain_text("The output has shifted by one too")
    element.get_by_label("stride").select_option("2")
    press(element, "Shift the picture right")
    expect(element.locator(".noted")).to_contain_text("not the old one shifted")


def test_convolution_says_why_same_needs_stride_one(page, site):
    element = visit(page, site, "book-convolution", "?stepping=p:edge;pad:same;g:8")
    element.get_by_label("stride").select_option("2")
    expect(element.locator(".noted")).to_contain_text("needs stride 1")
    expect(element.get_by_label("padding")).to_have_value("valid")
