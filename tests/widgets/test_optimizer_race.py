"""The Python half of the optimizer race: what a formula may say, and that the paths are the optimizers'."""

import numpy as np
import pytest

from book_code import optim
from book_code.autodiff import Tensor
from tests.widgets.halves import python_half


@pytest.fixture(scope="module")
def model():
    return python_half("optimizer-race")


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("x**2 + 3 y", "write a sign between"),
        ("foo(x)", "“foo” is not known"),
        ("x**y", "an exponent is a number"),
        ("", "write a formula"),
        ("(x", "bracket"),
        ("x.real", "no arithmetic"),
        ("__import__('os')", "not known"),
        ("[x]", "no arithmetic"),
        ("z + 1", "“z” is not known"),
        ("9**9**9", "too large"),
        ("x/0", "zero|no value"),
        ("x if y else 2", "no arithmetic"),
        ("x" * 200, "at most"),
    ],
)
def test_a_bad_formula_is_refused_in_words(model, formula, told):
    answer = model.race(formula, (1.0, 1.0), {"sgd": 0.1}, 3)
    assert set(answer) == {"error"}
    assert np.any([word in answer["error"] for word in told.split("|")]), answer


def test_a_formula_without_a_value_somewhere_is_refused(model):
    with np.errstate(all="ignore"):
        assert "no value" in model.race("log(x)", (1.0, 1.0), {}, 1)["error"]


def test_the_heights_are_those_of_the_formula(model):
    answer = model.race("sin(x)*cos(y) + x^2 − y²/2 + pi", (1.0, 1.0), {}, 1)
    x, y = np.meshgrid(*[np.linspace(-3, 3, model.GRID)] * 2)
    expected = np.sin(x) * np.cos(y) + x**2 - y**2 / 2 + np.pi
    np.testing.assert_allclose(answer["heights"], expected.ravel(), atol=1e-6)
    assert model.race("5", (1.0, 1.0), {"sgd": 0.1}, 2)["paths"]["sgd"] == [[1.0, 1.0, 5.0]] * 3


def test_every_path_is_the_optimizer_s_own(model):
    answer = model.race("x**2 + 5*y**2", (1.0, -2.0), dict.fromkeys(model.MAKERS, 0.01), 20)
    assert set(answer["paths"]) == set(model.MAKERS)
    w = Tensor(np.array([1.0, -2.0]), requires_grad=True)
    adam = optim.Adam([w], lr=0.01)
    for x, y, height in answer["paths"]["adam"]:
        np.testing.assert_allclose(w.data, [x, y], atol=1e-5)
        assert height == pytest.approx(x**2 + 5 * y**2, abs=1e-3)
        adam.step([np.array([2.0, 10.0]) * w.data])


def test_who_flies_away_ends_early(model):
    paths = model.race("x**2 + 5*y**2", (1.0, 1.0), {"sgd": 3.0, "adam": 0.1}, 80)["paths"]
    assert len(paths["sgd"]) < 81 == len(paths["adam"])
