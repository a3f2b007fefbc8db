"""The examples at the head of the reference run as they stand, page by page."""

import re
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
FENCE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def examples(page):
    return FENCE.findall((REFERENCE / page).read_text(encoding="utf-8"))


@pytest.mark.native
def test_no_example_is_left_out():
    found = {path.name for path in REFERENCE.glob("*.md") if examples(path.name)}
    assert found == {"models.md", "nn.md", "tools.md", "training.md", "weights.md"}


@pytest.mark.native
@pytest.mark.parametrize("page", ["models.md", "nn.md", "tools.md", "weights.md"])
def test_the_examples_of_a_page_run(page):
    for code in examples(page):
        exec(code, {})


@pytest.mark.torch
def test_weights_go_to_a_file_to_pytorch_and_back(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    for code in examples("training.md"):
        exec(code, names)
    assert capsys.readouterr().out.startswith("epoch  1: train loss")
    x = names["iris"].test.x
    assert (names["model"](x).numpy() == names["again"](x).numpy()).all()
    assert [path.name for path in tmp_path.iterdir()] == ["iris.npz"]
