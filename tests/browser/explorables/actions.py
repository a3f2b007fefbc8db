"""What a reader does with an explorable, in the tests' words."""

from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from ..actions import MINUTE

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


def visit(page: Page, site: str, tag: str, query: str = "") -> Locator:
    page.goto(f"{site}{PAGES[tag]}{query}")
    element = page.locator(tag).first
    expect(element.locator("section.frame")).to_be_visible()
    return element


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


def told(element: Locator, text: str) -> None:
    expect(element.locator(".words")).to_contain_text(text, timeout=MINUTE)


def type_twice(element: Locator, formula: Locator, wrong: str, hint: str, right: str) -> None:
    """Types a formula that cannot be read, is told what may be meant, and types another."""
    formula.fill(wrong)
    formula.press("Enter")
    expect(element.locator(".trouble")).to_contain_text(hint, timeout=MINUTE)
    formula.fill(right)
    formula.press("Enter")
    expect(element.locator(".trouble")).to_be_empty(timeout=MINUTE)
