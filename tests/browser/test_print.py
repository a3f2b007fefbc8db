"""On paper: a chapter as a book. Nothing to press, nothing that is cut, every output and figure, no solutions."""

import re

import pytest
from playwright.sync_api import Page, expect

from .actions import cell, write

pytestmark = pytest.mark.browser
CHAPTERS = ("foundations/perceptron/", "convolution/cnn/")
WIDTH, HEIGHT = 643, 960  # of the text on A4 within its margins, in CSS pixels

SCREEN_ONLY = (
    ".md-header, .md-sidebar, .md-footer, .md-path, .book-bar, book-status, .headerlink, .md-clipboard,"
    " article button, .book-exercise-solution, .book-exercise-hint, .book-quiz-answers, .book-code__hint"
)


def on_paper(page: Page, site: str, chapter: str) -> None:
    page.goto(site + chapter)
    page.wait_for_function("!!document.querySelector('.book-bar')")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.emulate_media(media="print")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_of_the_screen_is_left(page: Page, site: str, chapter: str) -> None:
    on_paper(page, site, chapter)
    expect(page.locator(SCREEN_ONLY).filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_is_cut(page: Page, site: str, chapter: str) -> None:
    on_paper(page, site, chapter)
    cut = page.evaluate(
        """([width, height]) => [...document.querySelectorAll(
            "article > *, article pre, article table, article svg, article img, .book-equation")]
            .filter((part) => {
                const box = part.getBoundingClientRect();
                const whole = part.matches("svg, img, table") && box.height > height;
                return box.width > 0 && (box.left < -1 || box.right > width + 1 || whole);
            })
            .map((part) => `${part.localName}#${part.id}.${part.getAttribute("class")}`)""",
        [WIDTH, HEIGHT],
    )
    assert cut == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_output_and_figure_is_there(page: Page, site: str, chapter: str) -> None:
    on_paper(page, site, chapter)
    for parts in ("book-cell > .highlight", ".book-output > *", ".book-equation"):
        assert page.locator(parts).filter(visible=True).count() == page.locator(parts).count()


def test_an_explorable_is_its_still_picture(page: Page, site: str) -> None:
    on_paper(page, site, CHAPTERS[0])
    page.wait_for_function("!!document.querySelector('book-perceptron').shadowRoot")
    explorable = page.locator("book-perceptron").first
    expect(explorable.locator(".frame")).to_be_hidden()
    expect(explorable.locator(".still")).to_be_visible()


def test_what_a_reader_has_written_is_printed(page: Page, site: str) -> None:
    page.goto(site + CHAPTERS[0])
    write(cell(page, "first-perceptron"), "mine = 42")
    page.emulate_media(media="print")
    shown = cell(page, "first-perceptron").locator(".cm-content")
    expect(shown).to_have_text("mine = 42")
    expect(shown).to_be_visible()


def test_pages_are_numbered_under_a_running_head(page: Page, site: str) -> None:
    page.goto(site + CHAPTERS[0])
    rules = page.evaluate(
        """() => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
            .flatMap((rule) => [...(rule.cssRules ?? [])])
            .filter((rule) => rule instanceof CSSPageRule).map((rule) => rule.cssText).join(" ")"""
    )
    assert "counter(page)" in rules
    assert "Deep Learning, Line by Line" in rules
    pages = len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True)))
    assert 10 < pages < 40
