"""Every test of this room runs in Chromium, Firefox and WebKit."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from ..conftest import NAMES, launch
from .chromium import Chromium
from .engine import Engine, Missing
from .firefox import Firefox
from .host import Host, hosted
from .webkit import WebKit

STARTS: dict[str, Callable[[pytest.FixtureRequest], Engine]] = {
    "chromium": lambda request: Chromium(request.getfixturevalue("windowed")),
    "firefox": lambda request: Firefox(),
    "webkit": lambda request: WebKit(),
}


@pytest.fixture(scope="session")
def windowed(playwright: Playwright) -> Iterator[Browser]:
    """Chromium as its readers have it, with all that belongs to a window."""
    yield from launch(playwright, NAMES)


@pytest.fixture(scope="session", params=STARTS)
def running(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The browser itself. One that is not here is left out, but not where everything is tested."""
    try:
        engine = STARTS[request.param](request)
    except Missing as missing:
        end = pytest.fail if os.environ.get("CI") else pytest.skip
        end(str(missing))
    with engine:
        yield engine


@pytest.fixture(scope="session")
def served() -> Iterator[Host]:
    with hosted() as host:
        yield host


@pytest.fixture
def host(served: Host) -> Host:
    served.begin()
    return served


@pytest.fixture
def engine(running: Engine) -> Iterator[Engine]:
    """A reader who has never been here; in the end nothing may have been complained of."""
    running.new_reader()
    yield running
    assert running.complaints() == []
