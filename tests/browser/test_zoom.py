"""Enlarged twice, by the browser or by the text size alone: nothing is lost; nothing moves for those who ask for rest."""

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from .actions import fetched
from .conftest import PAGES, SITE

pytestmark = pytest.mark.browser
CHAPTER, LONGEST = "foundations/perceptron/", "convolution/cnn/"
BUDGET = 60_000  # bytes, compressed, of one script before the first interaction

WIDER = """() => {
    const limit = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= limit) return [];
    const wide = [...document.querySelectorAll("article *")].filter((part) => {
        const box = part.getBoundingClientRect();
        return box.width > 0 && box.right > limit + 1 && !part.closest("pre, .book-table, .md-typeset__scrollwrap");
    });
    return wide.slice(0, 3).map((part) => `${part.localName}#${part.id}.${part.getAttribute("class")}`).concat("the page");
}"""
MOVING = """() => document.getAnimations().filter((moving) => {
    const { duration, iterations } = moving.effect.getComputedTiming();
    return duration > 1 || iterations === Infinity;
}).map((moving) => `${moving.effect.target?.localName}.${moving.effect.target?.className}`)"""


def test_no_page_is_wider_than_the_screen_when_enlarged_twice(
    browser: Browser, site: str
) -> None:
    too_wide = {}
    sizes = {"width": 640, "height": 450}
    with browser.new_context(viewport=sizes, device_scale_factor=2) as context:
        page = context.new_page()
        for name in PAGES:
            page.goto(site + name)
            if wide := page.evaluate(WIDER):
                too_wide[name] = wide
    assert too_wide == {}


def test_no_page_is_wider_than_the_screen_with_the_largest_text(
    browser: Browser, site: str
) -> None:
    too_wide = {}
    with browser.new_context(viewport={"width": 1280, "height": 844}) as context:
        page = context.new_page()
        page.goto(site)
        page.evaluate("""localStorage.setItem("book:text-size", '{"scale":1.75}')""")
        for name in PAGES:
            page.goto(site + name)
            scale = "document.documentElement.style.getPropertyValue('--book-scale')"
            page.wait_for_function(scale)
            if wide := page.evaluate(WIDER):
                too_wide[name] = wide
    assert too_wide == {}


def test_the_focus_is_seen_wherever_tab_leads(browser: Browser, site: str) -> None:
    with browser.new_context(
        viewport={"width": 640, "height": 450}, device_scale_factor=2
    ) as context:
        page = context.new_page()
        page.goto(site + CHAPTER)
        page.wait_for_function("!!document.querySelector('.book-bar')")
        unseen = []
        for _ in range(40):
            page.keyboard.press("Tab")
            if told := page.evaluate(UNSEEN):
                unseen.append(told)
        assert unseen == []


# Where the focus is, unless it has a ring and a part of it can be seen.
UNSEEN = """() => {
    let part = document.activeElement;
    while (part.shadowRoot?.activeElement) part = part.shadowRoot.activeElement;
    if (part === document.body || part.matches(".md-search__scrollwrap")) return null; // the theme's own, empty
    const box = part.getBoundingClientRect();
    const style = getComputedStyle(part);
    const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || part.matches("svg *, input, .md-search *");
    const spot = [Math.max(box.left, 0) + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, 20) / 2];
    const within = box.bottom > 0 && box.top < innerHeight && spot[0] <= innerWidth;
    return ring && within ? null : `${part.localName}.${part.getAttribute("class")} ring ${ring} at ${box.top}`;
}"""


def test_nothing_moves_for_those_who_ask_for_rest(browser: Browser, site: str) -> None:
    moved = []
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        for name in ("", CHAPTER, LONGEST, "questions/"):
            page.goto(site + name)
            for part in page.locator("article a:visible, article button:visible").all()[:8]:
                part.hover()
                moved += page.evaluate(MOVING)
        page.goto(site + CHAPTER)
        page.locator("book-cell").first.get_by_role("button", name="Run", exact=True).click()
        for _ in range(20):
            moved += page.evaluate(MOVING)
            page.wait_for_timeout(50)
    assert moved == []


def test_no_script_of_ours_is_heavy_before_the_first_interaction(page: Page, site: str) -> None:
    for chapter in ("", CHAPTER, LONGEST):
        seen = fetched(page)
        page.goto(site + chapter)
        page.wait_for_load_state("networkidle")
        ours = [address for address in seen if "assets/book/" in address and ".js" in address]
        assert ours
        weights = {
            name: compressed(SITE / name.split("/", 3)[3].split("?")[0]) for name in ours
        }
        assert {name: bytes for name, bytes in weights.items() if bytes > BUDGET} == {}


DRAWN = """() => [...document.querySelectorAll("pre > code[style], .book-figure__picture[style]")]
    .filter((part) => part.offsetParent)
    .map((part) => {
        const kept = part.getBoundingClientRect().height;
        part.style.contentVisibility = "visible";
        const drawn = part.getBoundingClientRect().height;
        part.style.contentVisibility = "";
        return [part.parentElement.id || part.textContent.slice(0, 30), kept, drawn];
    })"""


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_not_drawn_yet_has_its_place(browser: Browser, site: str, width: int) -> None:
    """Code and figures off screen are not laid out; were their places guessed, the page would jump while one reads."""
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.goto(site + LONGEST)
        page.evaluate("document.fonts.ready")
        parts = page.evaluate(DRAWN)
    assert len(parts) > 40
    assert [part for part in parts if abs(part[1] - part[2]) > 1] == []


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))
