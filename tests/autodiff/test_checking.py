"""The check itself is checked: wrong rules are planted, and must be found."""

import numpy as np
import pytest

from book_code.autodiff import Tensor, check_grads
from book_code.autodiff.engine import primitive

X = np.array([[0.3, -0.7, 1.1]])


@primitive(lambda g, out, x: g * (1 - out))
def tanh_with_a_wrong_formula(x):
    return np.tanh(x)


@primitive(lambda g, out, x: g * (1 - out.data**2))
def tanh_with_a_constant_in_its_rule(x):
    return np.tanh(x)


@primitive(lambda g, out, x: Tensor(g.data) * 2)
def double_that_cuts_the_gradient(x):
    return x * 2


@primitive(lambda g, out, a, b: g * b, lambda g, out, a, b: g * b)
def product_wrong_in_its_second_argument(a, b):
    return a * b


@primitive(lambda g, out, x: g * 1.001)
def copy_off_by_a_thousandth(x):
    return x.copy()


@primitive(lambda g, out, x: g * (1 - x.mean(axis=-1, keepdims=True).detach() * x))
def wrong_by_a_detached_statistic(x):
    return x - 0.5 * x.mean(axis=-1, keepdims=True) * x**2


@primitive(None)
def forgets_its_gradient(x):
    return x * 3


def fused_normalization(x):
    """Right to first order; the rule takes the statistics of the forward pass as constants."""
    mean, std = x.data.mean(), x.data.std()

    def rule(g, out, x):
        normal = (x - mean) / std
        return (g - g.mean() - normal * (g * normal).mean()) / std

    return primitive(rule)(
        lambda a: (a - mean) / std if a is x.data else (a - a.mean()) / a.std()
    )(x)


@pytest.mark.parametrize(
    "f",
    [tanh_with_a_wrong_formula, copy_off_by_a_thousandth, forgets_its_gradient],
    ids=lambda f: f.__name__,
)
def test_wrong_rules_of_first_order_are_found(f):
    with pytest.raises(AssertionError, match="order 1, argument 0"):
        check_grads(f, X)


@pytest.mark.parametrize(
    "f",
    [tanh_with_a_constant_in_its_rule, fused_normalization, double_that_cuts_the_gradient],
    ids=lambda f: f.__name__,
)
def test_wrong_rules_of_second_order_are_found(f):
    check_grads(f, X, order=1)
    with pytest.raises(AssertionError, match="order 2"):
        check_grads(f, X)


def test_the_message_names_the_argument():
    with pytest.raises(AssertionError, match=r"order 1, argument 1 of shape \(1, 3\)"):
        check_grads(product_wrong_in_its_second_argument, [X, 2 * X])


def test_wrong_statistic():
    with pytest.raises(AssertionError):
        check_grads(wrong_by_a_detached_statistic, X)


def test_a_kink_is_found():
    with pytest.raises(AssertionError):
        check_grads(lambda x: x.relu(), np.zeros(3))


def test_nan_does_not_pass():
    with pytest.raises(AssertionError), np.errstate(invalid="ignore"):
        check_grads(lambda x: x.log(), -np.ones(3))


def test_right_functions_pass():
    check_grads(lambda x: x.tanh(), X, order=3)
    check_grads(lambda x: x * 3, X, order=3)
    check_grads(lambda a, b: a * 2, [X, X])
    check_grads(lambda x: Tensor(np.ones(2)), X)


def test_integers_are_taken_as_float64():
    check_grads(lambda x: x * x, [[1, 2, 3]])


def test_small_types_are_refused():
    with pytest.raises(TypeError, match="the function returned float32"):
        check_grads(lambda x: x.astype("float32") * 2, X)
    with pytest.raises(TypeError, match="returns a Tensor, got ndarray"):
        check_grads(lambda x: x.data, X)
