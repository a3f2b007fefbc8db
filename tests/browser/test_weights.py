"""Trained weights are fetched when a cell opens them, one by one, and not before."""

import pytest
from playwright.sync_api import Page

from .test_start import MISSING, PYTHON, Host, bare, host, image, instead, start

__all__ = ["bare", "host"]  # fixtures

pytestmark = pytest.mark.browser
NAME = "lenet5-mnist"
OPEN = f"""
import numpy as np
from book_code import weights
try:
    lenet = weights.load("{NAME}")
    print(lenet(np.zeros((1, 1, 28, 28), np.float32)).shape)
except Exception as error:
    print(error)
"""


def fetched() -> list[str]:
    return [path for path in Host.asked if path.endswith(".npz")]


def address() -> str:
    [path] = PYTHON.glob(f"{NAME}-*.npz")
    return f"/assets/pyodide/{path.name}"


@pytest.mark.parametrize("way", ["image", "plain"])
def test_only_what_is_opened_is_fetched(bare: Page, way: str) -> None:
    if way == "plain":
        instead(image()[0], MISSING)
    Host.asked.clear()
    answer, how = start(bare, "from book_code import weights\nprint(len(weights.names()) > 1)")
    assert (answer, how["way"]) == ("True\n", way)
    assert fetched() == []
    assert start(bare, OPEN)[0] == "(1, 10)\n"
    assert fetched() == [address()]


def test_a_lost_line_is_told_and_the_next_try_asks_again(bare: Page) -> None:
    instead(address(), MISSING, (PYTHON / address().rpartition("/")[2]).read_bytes())
    answer, _ = start(bare, OPEN * 2)
    assert answer == f"the weights {NAME} could not be read: is the connection lost?\n(1, 10)\n"


def test_damaged_weights_are_refused(bare: Page) -> None:
    right = (PYTHON / address().rpartition("/")[2]).read_bytes()
    instead(address(), bytes([right[0] ^ 1]) + right[1:])
    assert "is damaged: its sha256 is" in start(bare, OPEN)[0]
