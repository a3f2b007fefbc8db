"""Every page, on light and on dark paper, by axe-core: no rule of WCAG 2.2 AA or of its best practice is broken."""

from collections.abc import Sequence

import pytest
from playwright.sync_api import Browser

from .conftest import CHAPTERS, PAGES, SITE

AXE = SITE.parent / "widgets/node_modules/axe-core/axe.min.js"
# On dark paper only the colours differ; those of the results are the chapters'.
DARK = [name for name in CHAPTERS if name != "results/"]
RULES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
SCHEMES = {"light": "default", "dark": "slate"}  # as the theme calls them
ON_PAPER = "(scheme) => document.body.dataset.mdColorScheme === scheme"
# Where a pseudo-element lies over a text, axe does not know the colour behind it. The book's lie beside.
PLAIN = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*::before, *::after { content: none !important }");
  for (const root of [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot)])
    if (root) root.adoptedStyleSheets.push(sheet);
}"""
# Shapes have no words and no colour that a rule asks for; with them a page of seventy figures takes a minute.
SHAPELESS = """() => {
  for (const shape of document.querySelectorAll("figure svg :is(path, line, rect, circle, use)")) shape.remove();
}"""
FINDINGS = """async (rules) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...rules });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`));
}"""


def findings(
    browser: Browser, address: str, papers: Sequence[str], change: str = "0"
) -> list[str]:
    """What axe finds on a page, on one paper after the other, once a script has changed it."""
    found = []
    with browser.new_context(color_scheme="light", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("document.querySelectorAll(':not(:defined)').length === 0")
        page.evaluate(change)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        page.evaluate(PLAIN)
        page.evaluate(SHAPELESS)
        for paper in papers:
            page.emulate_media(color_scheme=paper)
            page.wait_for_function(ON_PAPER, arg=SCHEMES[paper])
            found += [f"{paper}: {each}" for each in page.evaluate(FINDINGS, RULES[paper])]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_no_rule_is_broken(name: str, browser: Browser, site: str):
    papers = ("light", "dark") if name in DARK else ("light",)
    assert findings(browser, site + name, papers) == []


@pytest.mark.parametrize("paper", RULES)
def test_a_broken_rule_is_found(paper: str, browser: Browser, site: str):
    change = "document.querySelector('main p').style.opacity = 0.3"
    found = findings(browser, site, [paper], change)
    assert any(finding.startswith(f"{paper}: color-contrast") for finding in found)
