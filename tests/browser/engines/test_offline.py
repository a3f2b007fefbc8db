"""Without a network: what was opened once is read again, from the service worker's cache."""

from pathlib import Path

import pytest

from ..released import released
from .actions import CHAPTER
from .engine import Engine

pytestmark = pytest.mark.browser


def test_a_page_that_was_opened_stays_readable(engine: Engine, tmp_path: Path) -> None:
    with released(tmp_path / "site") as host:
        engine.goto(host.address + CHAPTER)
        engine.until("navigator.serviceWorker.controller !== null")
        engine.until(f"caches.match('/{CHAPTER}').then((found) => found !== undefined)")
        engine.reload()
        host.silent = True
        engine.goto(host.address + CHAPTER)
        engine.shows("h1", "perceptron")
        assert engine.text("book-cell .book-output").strip()
        engine.goto(host.address + "notation/")
        engine.shows("h1", "This page is not here without a network")
    engine.complaints().clear()  # that the host fell silent
