"""The error function, which NumPy lacks: rational approximations, exact to rounding.

References:
    W. J. Cody (1969). Rational Chebyshev approximations for the error function. Mathematics of
    Computation 23, 631-637. The coefficients are those of his program CALERF; those for float32 are
    the ones of the Eigen library.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from book_code.autodiff.engine import primitive

SMALL = 0.46875
# erf(x) = x P(x²) / Q(x²) for |x| <= 0.46875, highest power first
NEAR = (
    [1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2,
     3.20937758913846947e3],
    [1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
     2.84423683343917062e3],
)  # fmt: skip
# 1 - erf(x) = exp(-x²) P(x) / Q(x) up to 4; from there on little is left, and from 6 on nothing
MIDDLE = (
    [2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
     2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
     1.23033935479799725e3],
    [1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
     1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3,
     1.23033935480374942e3],
)  # fmt: skip


# erf(x) = x P(x²) / Q(x²) for |x| <= 4, to the precision of float32; beyond it, erf rounds to 1
SINGLE = (
    [-2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05,
     -7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02],
    [-1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03,
     -7.37332916720468e-03, -1.42647390514189e-02],
)  # fmt: skip


# --8<-- [start:erf]
@primitive(lambda g, out, x: g * (2 / math.sqrt(math.pi)) * (-x * x).exp())
def erf(x):
    """2/√π ∫₀ˣ exp(-t²) dt of every entry: how much of a bell curve lies within ±x.

    >>> erf(np.array([0.0, 1.0])).data.round(6).tolist()
    [0.0, 0.842701]
    """
    return erf_of(x)


def erf_of(x: np.ndarray) -> np.ndarray:
    """The same of a bare array, as a new one.

    >>> erf_of(np.array([-9.0, 0.0])).tolist()
    [-1.0, 0.0]
    """
    if x.dtype == np.float32:
        inside = np.clip(x, -4, 4)
        return inside * _fraction(SINGLE, inside * inside)
    size = np.asarray(np.minimum(np.abs(x), 6))  # beyond it, erf rounds to 1
    out = np.asarray(1 - np.exp(-size * size) * _fraction(MIDDLE, size))
    near = size <= SMALL
    out[near] = size[near] * _fraction(NEAR, size[near] ** 2)
    return np.copysign(out, x)


# --8<-- [end:erf]


def _fraction(coefficients: Sequence[Sequence[float]], x: np.ndarray) -> np.ndarray:
    """One polynomial divided by another, both by Horner's rule."""
    above, below = (_polynomial(side, x) for side in coefficients)
    above /= below
    return above


def _polynomial(coefficients: Sequence[float], x: np.ndarray) -> np.ndarray:
    out = np.full(x.shape, coefficients[0], x.dtype)
    for c in coefficients[1:]:
        out *= x
        out += c
    return out
