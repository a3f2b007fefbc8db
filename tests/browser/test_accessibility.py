"""Every page, on light and on dark paper, by axe-core: no rule of WCAG 2.2 AA or of its best practice is broken."""

import pytest
from playwright.sync_api import Browser

from .conftest import SITE

AXE = SITE.parent / "widgets/node_modules/axe-core/axe.min.js"
PAGES = sorted(
    path.parent.relative_to(SITE).as_posix().removeprefix(".")
    for path in SITE.rglob("index.html")
)
# On dark paper only the colours differ. All pages of the reference have the same, the results those of the chapters.
DARK = [name for name in PAGES if not name.startswith(("reference/", "results"))] + [
    "reference/nn"
]
RULES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
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


def findings(browser: Browser, paper: str, address: str, change: str = "0") -> list[str]:
    """What axe finds on a page, after a script has changed it."""
    with browser.new_context(color_scheme=paper, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("document.querySelectorAll(':not(:defined)').length === 0")
        page.evaluate(change)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        page.evaluate(PLAIN)
        page.evaluate(SHAPELESS)
        return page.evaluate(FINDINGS, RULES[paper])


@pytest.mark.parametrize(
    ("paper", "name"),
    [*(("light", name) for name in PAGES), *(("dark", name) for name in DARK)],
)
def test_no_rule_is_broken(paper: str, name: str, browser: Browser, site: str):
    assert findings(browser, paper, site + name) == []


@pytest.mark.parametrize("paper", RULES)
def test_a_broken_rule_is_found(paper: str, browser: Browser, site: str):
    found = findings(
        browser, paper, site, "document.querySelector('main p').style.opacity = 0.3"
    )
    assert any(finding.startswith("color-contrast") for finding in found)
