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

BASELINES = """() => [...document.querySelectorAll('.katex-html:has(> .katex-tag)')].map((equation) =>
    [...equation.querySelectorAll(':scope > .katex-base')].map((part) => {
        const mark = part.appendChild(document.createElement('span'));
        mark.style.display = 'inline-block';  // empty: its lower edge stands on the baseline
        return mark.getBoundingClientRect().bottom;
    }))"""


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_numbers_stand_beside_their_equations(page: Page, site: str, chapter: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site + chapter)
    numbered = page.evaluate(NUMBERED)
    assert numbered, "no numbered equation was found"
    assert all(gap >= 0 for _, gap in numbered), numbered


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_pieces_of_a_numbered_equation_stand_on_one_line(
    page: Page, site: str, chapter: str
) -> None:
    page.goto(site + chapter)
    lines = [line for line in page.evaluate(BASELINES) if len(line) > 1]
    assert lines, "no equation of several pieces was found"
    assert all(max(line) - min(line) < 1 for line in lines), lines
