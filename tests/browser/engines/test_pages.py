"""Each chapter opens cleanly, on light and on dark paper, on a wide screen and on a phone."""

import pytest

from ..conftest import SITE
from .engine import Engine
from .host import Host

pytestmark = pytest.mark.browser
PAGES = sorted(path.parent.relative_to(SITE).as_posix() for path in SITE.rglob("index.html"))
# The reference's pages are all made alike: one of them stands for the others.
CHAPTERS = [name for name in PAGES if not name.startswith("reference/") or name.endswith("/nn")]
SCHEME = "document.body.dataset.mdColorScheme"
READY = """() => document.readyState === "complete"
  && [...document.querySelectorAll("main :not(:defined)")].length === 0"""
WIDE = "document.documentElement.scrollWidth - innerWidth"
EMPTY = """[...document.querySelectorAll("main *")]
  .filter((node) => node.shadowRoot && !node.shadowRoot.querySelector("section.frame, button"))
  .map(({ localName }) => localName)"""


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_opens(engine: Engine, host: Host, chapter: str) -> None:
    engine.goto(f"{host.address}{chapter}/".replace("/./", "/"))
    look(engine, "default")
    while engine.evaluate(SCHEME) != "slate":  # the switch goes through three papers
        engine.click("label[for^=__palette]:not([hidden])")
    engine.reload()
    look(engine, "slate")


def look(engine: Engine, scheme: str) -> None:
    """The page as it has just been opened, at both widths."""
    engine.until(f"({READY})()")
    assert engine.evaluate(SCHEME) == scheme
    for width in (390, 1280):
        engine.resize(width, 900)
        engine.until(f"{EMPTY}.length === 0", seconds=5)
        engine.until(f"{WIDE} <= 0", seconds=3)
    assert engine.complaints() == []
