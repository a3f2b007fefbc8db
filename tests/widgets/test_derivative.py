"""The Python half of "function and derivative": curves, slopes, and where the secant loses to rounding."""

import numpy as np
import pytest

from tests.widgets.halves import python_half


@pytest.fixture(scope="module")
def model():
    return python_half("derivative")


@pytest.mark.parametrize(
    ("formula", "value", "slope"),
    [
        ("x**2", lambda x: x**2, lambda x: 2 * x),
        ("tanh(x)", np.tanh, lambda x: 1 - np.tanh(x) ** 2),
        ("relu(x)", lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
        (
            "leaky_relu(x)",
            lambda x: np.where(x > 0, x, x / 10),
            lambda x: np.where(x > 0, 1, 0.1),
        ),
        ("x*sin(x) + 1", lambda x: x * np.sin(x) + 1, lambda x: np.sin(x) + x * np.cos(x)),
        ("3", lambda x: 3 + 0 * x, lambda x: 0 * x),
    ],
)
def test_the_curves_are_the_function_and_its_slope(model, formula, value, slope):
    found = model.curves(formula)
    x = np.linspace(-4, 4, 161)
    np.testing.assert_allclose(found["values"], value(x), atol=1e-9)
    np.testing.assert_allclose(found["slopes"], slope(x), atol=1e-9)


def test_where_there_is_no_value_the_curve_has_a_gap(model):
    found = model.curves("log(x)")
    assert set(found["values"][:81]) == {None}
    assert found["values"][100] == pytest.approx(0)  # x = 1
    assert model.at("log(x)", -1.0, 2)["value"] is None


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("x + y", "“y” is not known"),
        ("relu", "“relu” is not known"),
        ("softmax(x)", "there are sigmoid"),
        ("2 x", "write a sign between"),
        ("", "a formula in x, such as"),
        ("x**x", "an exponent is a number"),
        ("__import__('os')", "not known"),
        ("1/0", "divided by zero"),
    ],
)
def test_a_bad_formula_is_refused_in_words(model, formula, told):
    found = model.curves(formula)
    assert set(found) == {"error"}
    assert told in found["error"]


def test_the_secant_comes_near_and_then_rounding_takes_over(model):
    errors = model.at("sigmoid(x)", 1.0, 8)["errors"]
    third, eighth, fifteenth = (errors[2 * power] for power in (3, 8, 15))
    assert eighth < third / 100
    assert fifteenth > 10 * third
    sigma = 1 / (1 + np.exp(-1.0))
    bend = sigma * (1 - sigma) * (1 - 2 * sigma)
    assert third == pytest.approx(
        abs(bend) * 1e-3 / 2, rel=0.01
    )  # h/2 times the second derivative


def test_a_step_below_the_last_digit_is_none(model):
    found = model.at("sigmoid(x)", 1.0, 16)
    assert not found["moved"]
    assert found["secant"] == 0
    assert model.at("sigmoid(x)", 1.0, 15)["moved"]


def test_at_a_corner_the_secant_sees_the_right_side(model):
    found = model.at("relu(x)", 0.0, 6)
    assert (found["slope"], found["secant"]) == (0, 1)
    assert found["errors"] == [1] * 33
