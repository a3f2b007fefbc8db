"""Workers: Python's, the search's, and none within another where that does harm."""

import pytest

from .actions import FIRST, note, open_chapter, run
from .engine import Engine
from .host import Host

pytestmark = pytest.mark.browser


def test_firefox_makes_no_worker_within_a_worker(engine: Engine, host: Host) -> None:
    """There `new Worker` in a worker sometimes never returns: three starts in a hundred stood still."""
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
    assert any(path.endswith("/unpacker.js") for path in host.asked)
    within = set() if engine.name == "firefox" else {"unpacker.js"}
    assert host.workers == {"worker.js", "search.js"} | within
