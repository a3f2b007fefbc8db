"""The playground as a reader meets it: it trains, it is changed, drawn into, linked to and exported."""

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Locator, Page, expect

from .actions import pythons

PAGE = "apps/neural-network-playground/"
SLOW = 60_000  # Python has to start

pytestmark = pytest.mark.browser


def visit(page: Page, site: str, query: str = "") -> Locator:
    page.goto(f"{site}{PAGE}{query}")
    element = page.locator("book-playground")
    expect(element.locator("section.frame")).to_be_visible()
    return element


def press(element: Locator, name: str) -> None:
    element.get_by_role("button", name=name, exact=True).click()


def number(element: Locator, name: str) -> Locator:
    return element.locator(".numbers div", has_text=re.compile(f"^{name}")).locator("dd")


def steps_to(element: Locator, count: int) -> None:
    expect(number(element, "step")).to_have_text(str(count), timeout=SLOW)


def test_it_stands_before_python_does(page, site):
    asked = pythons(page)
    element = visit(page, site)
    expect(number(element, "test loss")).to_have_text(re.compile(r"0\.\d+"))
    page.wait_for_timeout(500)
    assert asked == []
    assert "?" not in page.url


def test_it_learns_and_stays_smooth(page, site):
    element = visit(page, site)
    press(element, "▶ Play")
    expect(number(element, "test right")).to_have_text(
        re.compile(r"^(9[5-9]|100)\.\d %"), timeout=SLOW
    )
    pictures = element.evaluate(
        """async element => { const draw = element.draw, times = [];
        element.draw = function () { const from = performance.now(); draw.call(this);
            times.push(performance.now() - from); };
        await new Promise(done => setTimeout(done, 2000));
        delete element.draw; return times.sort((a, b) => a - b); }"""
    )
    assert len(pictures) >= 2
    assert pictures[len(pictures) // 2] < 16  # milliseconds: each fits into a frame
    press(element, "❚❚ Pause")
    page.wait_for_timeout(300)
    paused = number(element, "step").inner_text()
    page.wait_for_timeout(300)
    assert number(element, "step").inner_text() == paused
    press(element, "Reset")
    steps_to(element, 0)


def test_by_keyboard_alone(page, site):
    element = visit(page, site)
    element.get_by_role("button", name="Epoch", exact=True).focus()
    page.keyboard.press("Enter")
    steps_to(element, 15)
    element.get_by_role("button", name="Unit 1 of layer 1: show its weights").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(element.locator(".inspector")).to_contain_text("unit 2 of layer 1")
    page.keyboard.press("Tab")  # from the bias to the first weight
    page.keyboard.type("1.5")
    page.keyboard.press("Tab")
    expect(element.get_by_label("x₁", exact=True)).to_have_value("1.5")
    steps_to(element, 15)


def test_a_link_brings_the_whole_setting_back(page, site):
    element = visit(page, site)
    press(element, "Spirals")
    press(element, "One layer more")
    element.get_by_label("Activation of layer 2").select_option("relu")
    element.get_by_label("Learning rate").select_option("0.003")
    page.wait_for_timeout(500)
    again = visit(page, site, page.url.partition(PAGE)[2])
    expect(again.get_by_role("button", name="Spirals", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(again.get_by_label("Activation of layer 2")).to_have_value("relu")
    expect(again.get_by_label("Learning rate")).to_have_value("0.003")


def test_points_are_drawn_by_pointer_and_by_keyboard(page, site):
    element = visit(page, site)
    press(element, "Your own")
    ground = element.locator("canvas.ground")
    ground.scroll_into_view_if_needed()
    box = ground.bounding_box()
    for x, y in ((0.2, 0.2), (0.3, 0.2)):
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    press(element, "✕ cross")
    ground.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Space")
    expect(ground).to_have_attribute(
        "aria-label", re.compile("2 points drawn as discs, 2 as crosses")
    )
    press(element, "Step")
    steps_to(element, 1)


def test_a_table_is_read_and_what_is_wrong_with_it_is_said(page, site):
    element = visit(page, site)
    press(element, "Your own")
    element.get_by_text("Paste a table").click()
    element.locator("textarea").fill("1,2,a\n2,3,b\n2,oh,b\n4,4,a")
    press(element, "Use this table")
    expect(element.locator(".table .note")).to_contain_text("Line 3: “oh”")
    element.locator("textarea").fill("1,2,a\n2,3,b\n2,5,b\n4,4,a")
    press(element, "Use this table")
    expect(element.locator(".table .note")).to_contain_text("4 points read")
    press(element, "Epoch")
    steps_to(element, 1)


def test_a_setting_that_works_says_why(page, site):
    element = visit(page, site)
    press(element, "TensorFlow Playground’s first")
    press(element, "Show me a setting that works, and why")
    expect(element.locator(".why")).to_contain_text("Three lines")
    expect(element.get_by_label("Optimizer")).to_have_value("adam")
    expect(number(element, "test right")).to_have_text(
        re.compile(r"^(9[5-9]|100)\.\d %"), timeout=SLOW
    )


@pytest.mark.torch
def test_the_programs_print_what_the_page_showed(page, site):
    pytest.importorskip("torch")
    element = visit(page, site)
    press(element, "Epoch")
    steps_to(element, 15)
    element.get_by_label("Learning rate").select_option("0.03")
    press(element, "Step")
    steps_to(element, 16)
    shown = [
        float(number(element, f"{part} loss").inner_text()) for part in ("training", "test")
    ]
    press(element, "As a program")
    for name in ("NumPy, with book_code", "PyTorch"):
        press(element, name)
        code = element.get_by_label("The program").inner_text()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        printed = [float(loss) for loss in re.findall(r"loss (\S+)", done.stdout)]
        assert printed == pytest.approx(shown, abs=6e-5), name


def test_it_fits_a_phone_and_everything_has_a_name(page, site):
    page.set_viewport_size({"width": 390, "height": 800})
    element = visit(page, site)
    press(element, "Six layers that stand still")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    nameless = element.evaluate(
        """element => JSON.stringify([...element.shadowRoot.querySelectorAll("button, input, select, textarea")]
            .filter(node => !(node.textContent.trim() || node.ariaLabel || node.labels?.length))
            .map(node => node.outerHTML.slice(0, 80)))"""
    )
    assert json.loads(nameless) == []
