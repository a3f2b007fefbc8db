"""Equations on a phone: what is too wide scrolls, and a number never lies on its equation."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
CHAPTERS = ["foundations/perceptron/", "foundations/backpropagation/", "convolution/cnn/"]
NUMBERED = """() => [...document.querySelectorAll('.katex-html > .katex-tag')].map((number) => {
    const parts = [...number.parentElement.querySelectorAll(':scope > .katex-base')];
    const end = Math.max(...parts.map((part) => part.getBoundingClientRect().right));
    return [number.textContent, number.getBoundingClientRect().left - end];
})"""


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_numbers_stand_beside_their_equations(page: Page, site: str, chapter: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site + chapter)
    numbered = page.evaluate(NUMBERED)
    assert numbered, "no numbered equation was found"
    assert all(gap >= 0 for _, gap in numbered), numbered
