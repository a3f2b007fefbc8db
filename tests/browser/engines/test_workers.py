"""Workers: Python's two, the search's, and none within another."""

import pytest

from .actions import FIRST, note, open_chapter, run
from .engine import Engine
from .host import Host

pytestmark = pytest.mark.browser


def test_no_worker_is_made_within_a_worker(engine: Engine, host: Host) -> None:
    """In Firefox that sometimes never returns: three starts in a hundred stood still."""
    open_chapter(engine, host)
    run(engine, FIRST)
    assert note(engine, FIRST).startswith("Ran in")
    engine.focus(".md-search__input")
    engine.type("softmaxx")
    engine.shows(
        ".md-search-result__meta", "No matching documents"
    )  # as its beginnings would find
    engine.press("Backspace")
    engine.shows(".md-search-result__list", "What is softmax?")
    assert {script for script, _ in host.workers} == {"worker.js", "unpacker.js", "search.js"}
    assert not [maker for _, maker in host.workers if maker.endswith(".js")]
