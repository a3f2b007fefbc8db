"""What every explorable promises: a guess first; by pointer, touch, keyboard or link; and on paper."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from ..actions import press
from .actions import PAGES, key_of, link, visit

pytestmark = pytest.mark.browser
NAMELESS = """element => [...element.shadowRoot.querySelectorAll("button, input, select, [tabindex='0']")]
    .filter(node => !(node.textContent.trim() || node.ariaLabel || node.labels?.length
        || node.getAttribute("aria-label")))
    .map(node => node.outerHTML.slice(0, 80))"""  # what can be pressed and has no name
DRAWN_WITHOUT_SCRIPTS = ("book-one-neuron", "book-derivative")


@pytest.mark.parametrize("tag", PAGES)
def test_it_asks_first_and_is_named_narrow_and_printed(page, site, tag):
    element = visit(page, site, tag)
    question = element.locator(".question")
    expect(question).not_to_be_empty()
    expect(element.get_by_role("button", name="Just show me")).to_be_visible()
    expect(element.get_by_role("button", name="Ask me again")).to_be_hidden()
    expect(element.locator("footer code")).not_to_be_empty()
    assert element.evaluate(NAMELESS) == []
    page.wait_for_timeout(500)
    assert urlsplit(page.url).query == "", "nobody has done anything yet"

    static = element.locator(":scope > p").first
    expect(static).to_be_hidden()
    page.emulate_media(media="print")
    expect(static).to_be_visible()
    expect(element.locator("section.frame")).to_be_hidden()
    page.emulate_media(media="screen")

    asked = question.text_content()
    page.set_viewport_size({"width": 390, "height": 800})
    again = visit(page, site, tag, f"?{key_of(element)}=p:nonsense;x:1,,;s:-9")
    expect(again.locator(".question")).to_have_text(asked)
    frame = again.locator("section.frame").bounding_box()
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("address", sorted(set(PAGES.values())))
def test_without_scripts_the_static_form_stands_there(browser: Browser, site, address):
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto(site + address)
        for tag in (tag for tag, place in PAGES.items() if place == address):
            expect(plain.locator(f"{tag} > p").first).to_be_visible()
            if tag in DRAWN_WITHOUT_SCRIPTS:
                picture = plain.locator(f"{tag} svg[role=img]")
                expect(picture).to_be_visible()
                assert picture.bounding_box()["width"] > 300
                assert picture.locator("path").count() > 4


def test_two_explorables_share_one_address(page, site):
    page.goto(f"{site}{PAGES['book-convolution']}")
    first, second = page.locator("book-convolution"), page.locator("book-receptive-field")
    press(first, "Shift it")
    press(second, "Strides")
    link(page, first)
    address = link(page, second)
    states = parse_qs(urlsplit(address).query)
    assert set(states) == {key_of(first), key_of(second)}
    page.goto("about:blank")
    page.goto(address)
    expect(first.get_by_role("button", name="Shift it")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(second.get_by_role("button", name="Strides")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_the_state_leaves_anchors_and_navigation_alone(page, site):
    element = visit(page, site, "book-perceptron")
    press(element, "XOR")
    query = urlsplit(link(page, element)).query
    page.evaluate("document.querySelector('h2[id] a.headerlink, a[href^=\"#\"]').click()")
    page.wait_for_timeout(300)
    assert urlsplit(page.url).query == query
    assert urlsplit(page.url).fragment
    expect(element.get_by_role("button", name="XOR")).to_have_attribute("aria-pressed", "true")
    page.locator("a[href*='backpropagation']").first.evaluate("link => link.click()")
    expect(page.locator("book-graph section.frame").first).to_be_visible()
    assert urlsplit(page.url).query == ""
    page.go_back()
    expect(page.locator("book-perceptron").get_by_role("button", name="XOR")).to_have_attribute(
        "aria-pressed", "true"
    )


MEASURE = """async ([tag, selector]) => {
    const root = document.querySelector(tag).shadowRoot;
    const node = root.querySelector(selector);
    const box = node.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const send = (kind, dx) => node.dispatchEvent(new PointerEvent(kind,
        { clientX: x + dx, clientY: y, button: 0, pointerId: 1, bubbles: true }));
    node.setPointerCapture = () => {};
    send("pointerdown", 0);
    const times = [];
    for (let i = 0; i < 40; i++) {
        const start = performance.now();
        send("pointermove", 40 * Math.sin(i / 4));
        await new Promise(requestAnimationFrame);
        root.firstElementChild.getBoundingClientRect();
        times.push(performance.now() - start);
    }
    send("pointerup", 0);
    return times.sort((a, b) => a - b)[20];
}"""


@pytest.mark.parametrize(
    ("tag", "query", "selector"),
    [
        ("book-perceptron", "?playground=p:outlier;s:-1;g:50", ".point.plus"),
        ("book-graph", "?stepper=p:logistic;s:13;g:1", ".node.input"),
        (
            "book-receptive-field",
            "?field=p:vgg;l:conv3+conv3+pool2/2+conv3;n:48;u:2,2;g:1",
            ".box",
        ),
        ("book-one-neuron", "?neuron=p:and;w:1,1,-0.5;a:sigmoid;x:0.3,0.7;g:xor", ".reads"),
        ("book-derivative", "?derivative=p:dip;x:-1.28;h:1;g:8", ".here"),
    ],
)
def test_a_drag_is_answered_within_a_tenth_of_a_second(page, site, tag, query, selector):
    visit(page, site, tag, query)
    assert page.evaluate(MEASURE, [tag, selector]) < 100


PRESSED = """() => {
    const stepper = document.createElement("book-receptive-field");
    document.querySelector("book-receptive-field").after(stepper);
    const box = stepper.shadowRoot.querySelector(".box");
    box.setPointerCapture = () => {};
    for (const [kind, x] of [["pointerdown", 0], ["pointermove", 9], ["pointerup", 9]])
        box.dispatchEvent(new PointerEvent(kind, { clientX: x, clientY: 0, button: 0, bubbles: true }));
    return box.ariaValueText;
}"""


def test_a_drag_may_come_before_the_first_drawing(page, site):
    visit(page, site, "book-receptive-field")
    assert "sees rows" in page.evaluate(PRESSED)
