"""Labs run from top to bottom, and stand in the repository as they ran."""

import os
import re
import time

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from book_code.data import load

from .site import DOCS, ROOT

LABS = sorted((DOCS / "labs").glob("*.ipynb"))


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", LABS, ids=lambda path: path.stem)
def test_a_lab_stands_as_it_ran(path):
    cells = code(nbformat.read(path, as_version=4))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [out for cell in cells for out in cell.outputs if out.output_type == "error"]
    assert not [out for cell in cells for out in cell.outputs if out.get("name") == "stderr"]


@pytest.mark.parametrize("path", LABS, ids=lambda path: path.stem)
def test_a_lab_runs_without_data_or_connection(path, tmp_path, monkeypatch):
    """Everything but what needs MNIST, and that says so in words; in less than two minutes."""
    monkeypatch.setenv("BOOK_CODE_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # where nobody answers
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    )
    notebook = nbformat.read(path, as_version=4)
    start = time.monotonic()
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert time.monotonic() - start < 120
    said = "".join(out.get("text", "") for cell in code(notebook) for out in cell.outputs)
    assert "MNIST is not on this machine and could not be fetched" in said


@pytest.mark.torch
def test_the_pytorch_that_lab_1_shows_learns():
    cells = nbformat.read(DOCS / "labs/lab-1.ipynb", as_version=4).cells
    shown = [
        block
        for cell in cells
        for block in re.findall(r"```python\n(.*?)```", cell.source, re.S)
    ]
    program = next(block for block in shown if "import torch" in block)
    digits = load("digits")
    names = {"digits": digits, "rows": lambda images: images.reshape(len(images), -1)}
    exec(program, names)
    torch = names["torch"]
    scores = names["model"](torch.from_numpy(names["rows"](digits.validation.x)))
    assert np.mean(scores.argmax(1).numpy() == digits.validation.y) > 0.9
