"""Every cell and every exercise of every page, run natively (tests/browser runs them as the reader does)."""

import math
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from widgets.markdown import parse_page
from widgets.markdown.standing import outputs_of
from widgets.src.runtime.kernel import Kernel

pytestmark = pytest.mark.native

ROOT = Path(__file__).parents[1]
PAGES = {
    str(path.relative_to(ROOT / "docs")): path for path in sorted((ROOT / "docs").rglob("*.md"))
}
CONTENTS = {name: parse_page(path) for name, path in PAGES.items()}
EXERCISES = {
    f"{name}#{exercise.id}": exercise
    for name, page in CONTENTS.items()
    for exercise in page.exercises
}
NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?%?")

# Natively and in WebAssembly the last digits of exp, tanh and matrix products differ, and training
# multiplies such differences. What a reader sees may differ by this much, and no more.
RELATIVE, ABSOLUTE = 0.02, 0.03


def kernel():
    """A fresh kernel. It shows every open figure, so those that other tests have left are closed."""
    plt.close("all")
    return Kernel()


def text_of(outputs):
    return "\n".join(part.get("text") or str(part.get("rows", "")) for part in outputs)


def numbers(text):
    return [
        float(n.rstrip("%").replace(",", "")) / (100 if n.endswith("%") else 1)
        for n in NUMBER.findall(text)
    ]


def assert_alike(native, standing):
    """Same words, and numbers within the tolerance."""
    assert [part["kind"] for part in native] == [part["kind"] for part in standing]
    ours, theirs = text_of(native), text_of(standing)
    words = [" ".join(NUMBER.sub("#", text).split()) for text in (ours, theirs)]
    assert words[0] == words[1]
    for a, b in zip(numbers(ours), numbers(theirs), strict=True):
        assert math.isclose(a, b, rel_tol=RELATIVE, abs_tol=ABSOLUTE), f"{ours}\n---\n{theirs}"


@pytest.mark.parametrize("name", [name for name, page in CONTENTS.items() if page.cells])
def test_cells_give_natively_what_stands_under_them(name):
    cells = CONTENTS[name].cells
    runner = kernel()
    for cell, standing in zip(cells, outputs_of(name, cells), strict=True):
        native = runner.run(cell.code, cell.id)
        raised = [part["name"] for part in native if part["kind"] == "error"]
        assert raised == ([cell.raises] if cell.raises else []), f"{cell.id}: {native}"
        assert_alike(native, standing)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_of_an_exercise_passes(name):
    exercise = EXERCISES[name]
    outcome = kernel().check(exercise.spec, exercise.solution)
    assert outcome["passed"], outcome["results"]


@pytest.mark.parametrize("name", EXERCISES)
def test_the_starter_of_an_exercise_does_not_pass(name):
    exercise = EXERCISES[name]
    assert not kernel().check(exercise.spec, exercise.starter)["passed"]


@pytest.mark.parametrize("name", EXERCISES)
def test_wrong_answers_get_the_message_that_is_meant(name):
    exercise = EXERCISES[name]
    assert exercise.wrong, "store at least one typical wrong answer"
    for wrong in exercise.wrong:
        outcome = kernel().check(exercise.spec, wrong.code)
        said = [f"{r['name']}: {r['message']}" for r in outcome["results"] if not r["passed"]]
        assert not outcome["passed"]
        assert any(wrong.message in line for line in said), said


def test_a_difference_is_noticed():
    standing = [{"kind": "text", "text": "accuracy 95.0%\n"}]
    assert_alike([{"kind": "text", "text": "accuracy 95.3%\n"}], standing)
    for other in ("accuracy 85.0%\n", "accuracy nan\n", "loss 95.0%\n"):
        with pytest.raises((AssertionError, ValueError)):
            assert_alike([{"kind": "text", "text": other}], standing)
