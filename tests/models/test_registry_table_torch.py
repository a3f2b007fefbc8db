"""The table of all presets on the reference page is that of the code."""

import importlib
import re
from pathlib import Path

import pytest
import torch

from book_code.models import registry

pytestmark = [pytest.mark.torch, pytest.mark.native]

REFERENCE = Path(__file__).parents[2] / "docs/reference"
ROW = re.compile(r"^\| \[(.+)\]\((.*)#(.+)\) \| `(.+)` \| ([\d,]+) \| (.+) \|$", re.M)
ROWS = {row[3]: row for row in ROW.findall((REFERENCE / "models.md").read_text("utf-8"))}


def test_every_preset_has_its_row_in_the_order_of_the_book():
    assert list(ROWS) == [name for name in registry.names() if not name.endswith("-tiny")]


@pytest.mark.parametrize("name", ROWS)
def test_the_numbers_are_those_of_the_code(name):
    with torch.device("meta"):
        net = registry.model_class(name, "torch")(registry.config(name))
    assert ROWS[name][4] == f"{sum(p.numel() for p in net.parameters()):,}"


@pytest.mark.parametrize("name", ROWS)
def test_a_row_leads_to_the_family_it_names(name):
    title, page, anchor = ROWS[name][:3]
    assert anchor == re.sub(r"[^\w-]", "", title.lower().replace(" ", "-"))
    text = (REFERENCE / (page or "models.md")).read_text("utf-8")
    section = text.split(f"\n## {title}\n")[1].split("\n## ")[0]
    said = type(registry.config(name)).__qualname__
    assert f"::: book_code.models.{registry.family(name)}.config.{said}\n" in section


@pytest.mark.parametrize("name", ROWS)
def test_the_paper_is_one_that_the_code_names(name):
    folder = f"book_code.models.{registry.family(name)}"
    said = "".join(
        importlib.import_module(module).__doc__
        for module in (folder, f"{folder}.config", f"{folder}.numpy_model")
    )
    for paper in ROWS[name][5].removeprefix("after ").split("; "):
        author, year = re.match(r"(\S+)(?:.* (\d{4}))?$", paper).groups()
        assert author == "-" or (author in said and year in said), paper


def test_the_front_page_counts_the_families():
    said = (REFERENCE.parent / "index.md").read_text("utf-8")
    assert f"It holds {len(registry.FAMILIES)} families of architectures" in said
