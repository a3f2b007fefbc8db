"""The explorables as a reader meets them: a guess first, then by pointer, touch, keyboard or link."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .actions import MINUTE

PAGES = {
    "book-perceptron": "foundations/perceptron/",
    "book-graph": "foundations/backpropagation/",
    "book-convolution": "convolution/cnn/",
    "book-receptive-field": "convolution/cnn/",
    "book-optimizer-race": "foundations/optimizers/",
    "book-lenet": "convolution/cnn/",
    "book-loss-surface": "foundations/losses/",
    "book-signal-depth": "foundations/initialization/",
    "book-approximator": "foundations/mlp/",
    "book-one-neuron": "foundations/neural-networks/",
    "book-derivative": "foundations/activations/",
}

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # a busy machine is slow to load a chapter


def visit(page: Page, site: str, tag: str, query: str = "") -> Locator:
    page.goto(f"{site}{PAGES[tag]}{query}")
    element = page.locator(tag).first
    expect(element.locator("section.frame")).to_be_visible()
    return element


def press(element: Locator, name: str) -> None:
    element.get_by_role("button", name=name, exact=True).click()


def key_of(element: Locator) -> str:
    return element.evaluate("element => element.id || element.localName.slice(5)")


def link(page: Page, element: Locator) -> str:
    """The address, once it says what the element shows."""
    key = key_of(element)
    page.wait_for_function("key => new URLSearchParams(location.search).has(key)", arg=key)
    page.wait_for_timeout(400)  # the address is written a little after the last change
    return page.url


def by_link(page: Page, site: str, tag: str, element: Locator) -> Locator:
    """What a reader sees who was sent the address."""
    return visit(page, site, tag, "?" + urlsplit(link(page, element)).query)


def middle(locator: Locator) -> tuple[float, float]:
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# The page has drawn what the last event asked for.
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def drag(page: Page, handle: Locator, dx: float, dy: float) -> None:
    x, y = middle(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()
    page.evaluate(DRAWN)


# What all of them promise


@pytest.mark.parametrize("tag", PAGES)
def test_the_question_comes_first(page, site, tag):
    element = visit(page, site, tag)
    expect(element.locator(".question")).not_to_be_empty()
    expect(element.get_by_role("button", name="Just show me")).to_be_visible()
    expect(element.get_by_role("button", name="Ask me again")).to_be_hidden()
    expect(element.locator("footer code")).not_to_be_empty()


@pytest.mark.parametrize("tag", PAGES)
def test_the_static_form_is_what_is_printed_and_what_stands_without_scripts(
    browser: Browser, page, site, tag
):
    element = visit(page, site, tag)
    words = element.locator(":scope > p").first
    expect(words).to_be_hidden()
    page.emulate_media(media="print")
    expect(words).to_be_visible()
    expect(element.locator("section.frame")).to_be_hidden()
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{site}{PAGES[tag]}")
    expect(plain.locator(f"{tag} > p").first).to_be_visible()
    context.close()


@pytest.mark.parametrize("tag", PAGES)
def test_a_page_that_nobody_touched_keeps_its_plain_address(page, site, tag):
    visit(page, site, tag)
    page.wait_for_timeout(500)
    assert urlsplit(page.url).query == ""


@pytest.mark.parametrize("tag", PAGES)
def test_nonsense_in_a_link_is_no_state(page, site, tag):
    element = visit(page, site, tag)
    question = element.locator(".question").inner_text()
    again = visit(page, site, tag, f"?{key_of(element)}=p:nonsense;x:1,,;s:-9")
    expect(again.locator(".question")).to_have_text(question)


@pytest.mark.parametrize("tag", PAGES)
def test_it_fits_a_phone(page, site, tag):
    page.set_viewport_size({"width": 390, "height": 800})
    element = visit(page, site, tag)
    frame = element.locator("section.frame").bounding_box()
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("tag", PAGES)
def test_everything_that_can_be_pressed_has_a_name(page, site, tag):
    element = visit(page, site, tag)
    nameless = element.evaluate(
        """element => [...element.shadowRoot.querySelectorAll("button, input, select, [tabindex='0']")]
            .filter(node => !(node.textContent.trim() || node.ariaLabel || node.labels?.length
                || node.getAttribute("aria-label")))
            .map(node => node.outerHTML.slice(0, 80))"""
    )
    assert nameless == []


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


# The perceptron playground


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


# The graph stepper


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


# The convolution stepper


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


# The receptive field


def test_receptive_field_guess_then_table(page, site):
    element = visit(page, site, "book-receptive-field")
    expect(element.locator("section.frame tbody")).not_to_contain_text("14 +")
    element.get_by_label("pixels wide", exact=True).fill("16")
    press(element, "That is my guess")
    expect(element.locator(".verdict")).to_contain_text("it is 16")
    expect(element.locator("section.frame tbody")).to_contain_text("14 + (2 − 1)·1·2 = 16")


def test_receptive_field_unit_by_keyboard_drag_and_link(page, site):
    element = visit(page, site, "book-receptive-field")
    press(element, "Just show me")
    unit = element.get_by_role("slider", name=re.compile("The output unit"))
    unit.focus()
    page.keyboard.press("ArrowLeft")
    expect(unit).to_have_attribute("aria-valuenow", "1")
    box = element.get_by_role("slider", name=re.compile("What the unit sees"))
    expect(box).to_have_attribute("aria-valuetext", re.compile("unit 2, 1 .* columns 4 to 19"))
    drag(page, box, 500, 0)
    expect(box).to_have_attribute("aria-valuetext", re.compile("columns 16 to 31"))
    again = by_link(page, site, "book-receptive-field", element)
    expect(
        again.get_by_role("slider", name=re.compile("What the unit sees"))
    ).to_have_attribute("aria-valuetext", re.compile("columns 16 to 31"))


def test_receptive_field_of_a_stack_that_does_not_fit(page, site):
    element = visit(page, site, "book-receptive-field")
    press(element, "Just show me")
    element.get_by_label("Width of the input in pixels").fill("10")
    expect(element.locator(".words")).to_contain_text("too small for this stack")


# LeNet's drawing board


def test_lenet_needs_no_python_until_the_reader_draws(page, site):
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    element = visit(page, site, "book-lenet")
    press(element, "3")
    expect(element.locator(".bars li.first .digit")).to_have_text("3")
    assert not [url for url in fetched if "pyodide" in url]


def test_lenet_reads_what_is_drawn_with_the_keyboard(page, site):
    element = visit(page, site, "book-lenet")
    press(element, "Empty the board")
    board = element.get_by_role("application")
    board.focus()
    for _ in range(7):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    for _ in range(15):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    press(element, "1")
    expect(element.locator(".verdict")).to_contain_text("You said 1; it reads", timeout=60_000)
    expect(element.locator(".maps canvas")).to_have_count(1 + 6 + 6 + 16 + 16 + 2)
    again = by_link(page, site, "book-lenet", element)
    inked = again.locator(".board rect[fill-opacity]:not([fill-opacity='0'])")
    assert inked.count() > 20


def numbers(element: Locator) -> list[float]:
    """Loss, gradient and lowest place as the loss surface tells them."""
    words = element.locator(".words").inner_text().replace("\N{MINUS SIGN}", "-")
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", words)]


def test_the_far_off_point_moves_the_line_of_the_squared_error_only(page, site):
    element = visit(page, site, "book-loss-surface")
    press(element, "through the six")
    expect(element.locator(".verdict")).to_contain_text("It is pulled", timeout=60_000)
    expect(element.locator(".guess")).to_have_attribute("data-right", "false")
    before = numbers(element)
    press(element, "absolute")
    another = re.compile(rf"lowest place is w = (?!{re.escape(str(before[3]))})")
    expect(element.locator(".words")).to_contain_text(another, timeout=60_000)
    squared, absolute = before[3:], numbers(element)[3:]
    assert squared[0] > absolute[0] + 0.2
    press(element, "To the lowest place")
    far = element.get_by_role("slider", name="Point 7, up and down")
    for _ in range(5):
        far.press("ArrowUp")
    expect(element.locator(".words")).to_contain_text(f"w = {absolute[0]}", timeout=60_000)


def test_steps_go_down_the_loss_surface(page, site):
    element = visit(page, site, "book-loss-surface")
    press(element, "Just show me")
    step = element.get_by_role("button", name="Step downhill")
    expect(step).to_be_enabled(timeout=60_000)
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
    expect(again.locator(".words strong")).to_be_visible(timeout=60_000)


def test_the_start_decides_what_arrives_at_the_first_layer(page, site):
    element = visit(page, site, "book-signal-depth")
    press(element, "about as large")
    expect(element.locator(".verdict")).to_contain_text("10⁻⁵ times as large", timeout=60_000)
    expect(element.locator(".guess")).to_have_attribute("data-right", "false")
    expect(element.locator(".bars.gradient rect")).to_have_count(30)
    press(element, "He")
    expect(element.locator(".words")).not_to_contain_text("10⁻⁵")
    element.get_by_role("slider", name="Number of layers").press("ArrowLeft")
    expect(element.locator(".bars.gradient rect")).to_have_count(29)
    element.get_by_role("checkbox").check()
    again = by_link(page, site, "book-signal-depth", element)
    expect(again.get_by_role("checkbox")).to_be_checked()
    expect(again.locator(".bars.gradient rect")).to_have_count(29, timeout=60_000)


# One neuron


def told(element: Locator, text: str) -> None:
    expect(element.locator(".words")).to_contain_text(text, timeout=MINUTE)


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
    text = element.locator(".sum").inner_text()
    again = by_link(page, site, "book-one-neuron", element)
    expect(again.locator(".sum")).to_have_text(text, timeout=MINUTE)


# Function and derivative


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
    formula.fill("3 x")
    formula.press("Enter")
    expect(element.locator(".trouble")).to_contain_text("3 * x", timeout=MINUTE)
    formula.fill("x**3 - relu(x)")
    formula.press("Enter")
    expect(element.locator(".trouble")).to_be_empty(timeout=MINUTE)
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


def test_without_scripts_their_figures_stand_there(browser: Browser, site):
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        for tag in ("book-one-neuron", "book-derivative"):
            plain.goto(f"{site}{PAGES[tag]}")
            picture = plain.locator(f"{tag} svg[role=img]")
            expect(picture).to_be_visible()
            assert picture.bounding_box()["width"] > 300
            assert picture.locator("path").count() > 4


# Speed


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


# The optimizer race


def test_the_race_runs_on_a_typed_surface_and_says_who_is_lowest(page, site):
    page.emulate_media(reduced_motion="reduce")  # the end is shown at once
    element = visit(page, site, "book-optimizer-race")
    press(element, "Adam")
    expect(element.locator(".verdict")).to_contain_text("lowest is", timeout=MINUTE)
    expect(element.locator("tr.first")).to_have_count(1)
    before = element.locator(".rings").get_attribute("d")
    formula = element.get_by_label("The surface: a formula in x and y")
    formula.fill("x**2 + 3 y")
    formula.press("Enter")
    expect(element.locator(".trouble")).to_contain_text("3 * y", timeout=MINUTE)
    formula.fill("x**2 + 3*y**2")
    formula.press("Enter")
    expect(element.locator(".trouble")).to_be_empty(timeout=MINUTE)
    expect(element.locator(".rings")).not_to_have_attribute("d", before)
    again = by_link(page, site, "book-optimizer-race", element)
    expect(again.get_by_label("The surface: a formula in x and y")).to_have_value(
        "x**2 + 3*y**2"
    )
    expect(again.locator(".verdict")).to_contain_text("lowest is", timeout=MINUTE)


def test_the_start_of_the_race_moves_by_the_keyboard_and_by_dragging(page, site):
    element = visit(page, site, "book-optimizer-race")
    start = element.locator("circle.start")
    start.focus()
    page.keyboard.press("ArrowRight")
    expect(start).to_have_attribute("cx", "-2.6")
    drag(page, start, 60, 0)
    expect(start).not_to_have_attribute("cx", "-2.6")


# The bump-by-bump approximator


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
