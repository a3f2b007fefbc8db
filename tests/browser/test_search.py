"""Search, in the browser, by the theme's own engine: formulas, functions and questions lead to the place that has them."""

import pytest
from playwright.sync_api import Page, expect

from .actions import fetched

pytestmark = pytest.mark.browser

# What a reader types, and where it should lead. Formulas by their TeX and as they are spoken, ...
FORMULAS = [
    (r"\sum", "foundations/losses/#mean-median-and-in-between", 3),
    (r"\partial", "foundations/backpropagation/#one-neuron-by-hand", 3),
    ("partial derivative", "foundations/backpropagation/#one-neuron-by-hand", 3),
    ("dot product", "foundations/perceptron/#a-weighted-vote", 3),
]
# ... functions by the names in the text, by their full names and in the reference, ...
FUNCTIONS = [
    ("softmax", "foundations/activations/#softmax-for-the-output", 1),
    ("softmax", "reference/autodiff/#book_code.autodiff.functional.softmax", 5),
    ("cross entropy", "foundations/losses/#entropy-and-what-no-model-can-save", 1),
    ("bc.models.names", "reference/models/#book_code.models.registry.names", 1),
    ("numpy.einsum", "convolution/cnn/#one-window-slid-everywhere", 1),
    ("np.einsum", "convolution/cnn/#one-window-slid-everywhere", 1),
    ("check_grads", "reference/autodiff/#book_code.autodiff.checking.check_grads", 1),
    ("huber", "reference/losses/#book_code.losses.huber", 1),
    ("conv2d", "reference/autodiff/#book_code.autodiff.convolution.conv2d", 3),
]
# ... and what is asked.
QUESTIONS = [
    ("What is backpropagation?", "foundations/backpropagation/#i3-03", 1),
    ("perceptron separable data", "foundations/perceptron/#a1-1-01", 1),
    ("rule of the matrix product", "foundations/backpropagation/#vjp-matmul-exercise", 1),
    ("network has ten million weights", "foundations/backpropagation/#quiz-cost-quiz", 3),
]


def found(page: Page, query: str) -> list[list[str]]:
    """The places that search finds, page by page, the best first."""
    box = page.locator(".md-search__input")
    answer = page.locator(".md-search-result__meta")
    box.fill("")
    expect(answer).not_to_contain_text("matching")
    box.press_sequentially(query)
    expect(answer).to_contain_text("matching")
    before = None
    while before != (places := shown(page)):  # the engine answers each part of a word
        before = places
        page.wait_for_timeout(600)
    return places


def shown(page: Page) -> list[list[str]]:
    return page.locator(".md-search-result__item").evaluate_all(
        """items => items.map((item) => [...item.querySelectorAll("a")].map((link) => {
            const { pathname, hash } = new URL(link.href);
            return decodeURIComponent(pathname.slice(1) + hash);
        }))"""
    )


@pytest.mark.parametrize("queries", [FORMULAS, FUNCTIONS, QUESTIONS])
def test_what_is_looked_for_is_among_the_first(
    page: Page, site: str, queries: list[tuple[str, str, int]]
) -> None:
    page.goto(site)
    page.locator(".md-search__input").click()
    missed = []
    for query, place, first in queries:
        pages = found(page, query)[:first]
        if not any(place in places for places in pages):
            missed.append((query, place, pages))
    assert missed == []


def test_a_found_quiz_is_opened_where_it_stands(page: Page, site: str) -> None:
    page.goto(site)
    page.locator(".md-search__input").click()
    found(page, "network has ten million weights")
    page.locator(".md-search-result a[href*='quiz-cost-quiz']").first.click(force=True)
    expect(page.locator("book-quiz#quiz-cost")).to_be_in_viewport()
    expect(page.locator("#quiz-cost-quiz")).to_have_text("Quiz 2", use_inner_text=True)


def test_words_for_search_are_neither_seen_nor_heard(page: Page, site: str) -> None:
    page.goto(site + "convolution/cnn/")
    words = page.locator(".book-words")
    assert words.count() > 5
    assert not any(word.is_visible() for word in words.all())


def test_the_text_of_the_book_is_fetched_when_somebody_searches(page: Page, site: str) -> None:
    asked = fetched(page)
    page.goto(site, wait_until="networkidle")
    assert not [url for url in asked if "documents.json" in url]
    found(page, "softmax")
    assert len([url for url in asked if "documents.json" in url]) == 1


def test_a_search_that_could_not_be_loaded_says_so_and_is_tried_again(
    page: Page, site: str
) -> None:
    page.goto(site)
    page.route("**/search/documents.json", lambda route: route.abort(), times=1)
    page.locator(".md-search__input").press_sequentially("s")
    expect(page.locator(".md-search-result__item")).to_contain_text("could not be loaded")
    page.locator(".md-search__input").press_sequentially("oftmax")
    expect(page.locator(".md-search-result__item").first).to_contain_text("softmax")
