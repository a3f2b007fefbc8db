"""Each chapter opens cleanly on a wide screen and on a phone; the shortest and the longest on dark paper too."""

import pytest

from ..conftest import CHAPTERS
from .engine import Engine
from .host import Host

pytestmark = pytest.mark.browser
FRONT, LONGEST = "", "convolution/cnn/"
SCHEME = "document.body.dataset.mdColorScheme"
READY = """() => document.readyState === "complete"
  && [...document.querySelectorAll("main :not(:defined)")].length === 0"""
WIDE = "document.documentElement.scrollWidth - innerWidth"
EMPTY = """[...document.querySelectorAll("main *")]
  .filter((node) => node.shadowRoot && !node.shadowRoot.querySelector("section.frame, button"))
  .map(({ localName }) => localName)"""


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_opens(engine: Engine, host: Host, chapter: str) -> None:
    engine.goto(host.address + chapter)
    look(engine, "default")


@pytest.mark.parametrize("chapter", [FRONT, LONGEST])
def test_it_opens_on_dark_paper_once_that_is_chosen(
    engine: Engine, host: Host, chapter: str
) -> None:
    engine.goto(host.address + chapter)
    engine.until(f"({READY})()")
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
