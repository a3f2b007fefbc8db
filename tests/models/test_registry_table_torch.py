"""The table of all presets on the reference page is that of the code."""

import re
from pathlib import Path

import pytest
import torch

from book_code.models import registry

pytestmark = [pytest.mark.torch, pytest.mark.native]

PAGE = Path(__file__).parents[2] / "docs/reference/models.md"
ROWS = dict(
    re.findall(
        r"^\| \[[^\]]+\]\([^)]+\) \| `([^`]+)` \| ([\d,]+) \|", PAGE.read_text("utf-8"), re.M
    )
)


def test_every_preset_has_its_row():
    full = {name for name in registry.names() if not name.endswith("-tiny")}
    assert full <= set(ROWS) <= set(registry.names())


@pytest.mark.parametrize("name", ROWS)
def test_the_numbers_are_those_of_the_code(name):
    with torch.device("meta"):
        net = registry.model_class(name, "torch")(registry.config(name))
    assert ROWS[name] == f"{sum(p.numel() for p in net.parameters()):,}"
