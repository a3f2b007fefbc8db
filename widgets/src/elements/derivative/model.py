"""The Python half of "function and derivative": a curve, its slope by the engine, and secants that come near it."""

import numpy as np

from book_code.autodiff import Tensor, grad
from book_code.autodiff import functional as F

from .formula import FUNCTIONS, Formula, tensor

ACTIVATIONS = {
    "sigmoid": F.sigmoid,
    "softplus": F.softplus,
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.1),
    "elu": F.elu,
    "gelu": F.gelu,
    "silu": F.silu,
}
HALF = 4.0  # the picture goes from -HALF to HALF
PLACES = 161
STEPS = 10.0 ** -np.arange(0, 16.5, 0.5)  # the sizes of a step, from 1 down to 1e-16


def function(formula):
    """What a formula in x says; the activation functions may stand in it.

    >>> function("x^2 + relu(x)")(3.0).item()
    12.0
    """
    read = Formula(formula, ("x",), {**ACTIVATIONS, **FUNCTIONS}, "x**3/8 - x")
    return lambda x: tensor(read.at(x))


def slope(f, x):
    """The derivative at each place, by the engine."""
    x = Tensor(np.asarray(x, dtype=np.float64), requires_grad=True)
    y = f(x)
    return grad(y.sum(), [x])[0].numpy() if y.record else np.zeros(x.shape)


def curves(formula):
    """Return the function and its derivative over the picture; None where there is no number."""
    try:
        f = function(formula)
        x = np.linspace(-HALF, HALF, PLACES)
        with np.errstate(all="ignore"):  # a log or a root may have no value on the left
            values, slopes = np.broadcast_to(f(x).numpy(), x.shape), slope(f, x)
    except ValueError as error:
        return {"error": str(error)}
    except (OverflowError, ZeroDivisionError):
        return {"error": "a number in the formula becomes too large, or is divided by zero"}
    return {"values": numbers(values), "slopes": numbers(slopes)}


def at(formula, x, power):
    """Return value and slope at a place, and what the secant to x + h says, for this h = 10**-power and for all.

    Everything is computed with 64 bits, as the page's other numbers are; so h shows what rounding does.
    """
    f = function(formula)
    h = 10.0**-power
    with np.errstate(all="ignore"):
        value, beyond = (f(place).item() for place in (x, x + h))
        exact = slope(f, x).item()
        secants = (f(x + STEPS).numpy() - value) / STEPS
        errors = np.abs(secants - exact)
    return {
        "value": number(value),
        "beyond": number(beyond),
        "slope": number(exact),
        "secant": number((beyond - value) / h),
        "moved": x + h != x,
        "errors": numbers(errors),
    }


def numbers(values):
    return [number(value) for value in np.asarray(values).ravel()]


def number(value):
    """As JSON has it: infinity and what is no number are None."""
    return float(value) if np.isfinite(value) else None
