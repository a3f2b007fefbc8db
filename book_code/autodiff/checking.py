"""Comparing gradients with differences, to any order.

A gradient of a function of many numbers is compared along random directions: for directions ``v``
of the inputs and ``u`` of the output, <u, J v> from central differences must equal <Jᵀ u, v> from
the rules. The latter is itself a function of the inputs, and checking *its* gradient checks the
second derivatives; a rule that treats as constant what is none passes the first check and fails
the second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from book_code.autodiff.engine import grad
from book_code.autodiff.tensor import Tensor

STEP = (
    1e-5  # near the cube root of the float64 rounding error, where central differences are best
)


def check_grads(
    f: Callable[..., Tensor],
    args: Any,
    order: int = 2,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    rng: np.random.Generator | None = None,
) -> None:
    """Raise unless the gradients of ``f`` at ``args`` agree with central differences.

    Args:
        f: a function of tensors that returns a tensor of any shape. It must give the same result
            each time: give it a fresh generator if it draws random numbers.
        args: an array or a sequence of arrays; they are converted to float64. Keep them away from
            kinks (0 for ReLU, equal entries for a maximum).
        order: how many times to differentiate.
        rtol: relative difference that is allowed.
        atol: absolute difference that is allowed, for numbers of the order of 1.
        rng: where the directions come from.

    Raises:
        AssertionError: when a gradient is wrong, naming the order and the argument.
        TypeError: when ``f`` does not compute in float64.

    Examples:
        >>> check_grads(lambda a, b: (a * b).tanh(), [np.ones(3), np.full(3, 0.5)])
    """
    rng = rng or np.random.default_rng(0)
    values = args if isinstance(args, list | tuple) else [args]
    arrays = [np.array(Tensor(v).data, dtype=np.float64) for v in values]
    _check(f, arrays, order, 1, rtol, atol, rng)


def _check(
    f: Callable[..., Tensor],
    arrays: Sequence[np.ndarray],
    order: int,
    level: int,
    rtol: float,
    atol: float,
    rng: np.random.Generator,
) -> None:
    out = _evaluate(f, arrays)
    u = rng.standard_normal(out.shape)
    directions = [rng.standard_normal(a.shape) for a in arrays]
    gradients = _pullback(f, arrays, u)
    for i, (g, v) in enumerate(zip(gradients, directions, strict=True)):
        rule = np.sum(g * v)
        moved = [
            [a + s * v if j == i else a for j, a in enumerate(arrays)] for s in (STEP, -STEP)
        ]
        above, below = (_evaluate(f, m).data for m in moved)
        difference = np.sum(u * (above - below)) / (2 * STEP)
        scale = max(abs(rule), abs(difference))
        floor = atol * max(
            1.0, float(np.abs(out.data).max(initial=0)), float(np.abs(g).max(initial=0))
        )
        if not abs(rule - difference) <= rtol * scale + floor:
            raise AssertionError(
                f"order {level}, argument {i} of shape {arrays[i].shape}: the rules give {rule:.10g}, "
                f"central differences give {difference:.10g}"
            )
    if level < order:

        def slope(*xs: Tensor) -> Tensor:
            *inputs, seed = xs
            y = f(*inputs)
            if not y.requires_grad:
                return (y * 0).sum()
            found = grad(y, inputs, create_graph=True, seed=seed)
            total = Tensor(0.0)
            for g, v in zip(found, directions, strict=True):
                total = total + (g * v).sum()
            return total

        _check(slope, [*arrays, u], order, level + 1, rtol, atol, rng)


def _evaluate(f: Callable[..., Tensor], arrays: Sequence[np.ndarray]) -> Tensor:
    return _run(f, [Tensor(a, requires_grad=True) for a in arrays])


def _run(f: Callable[..., Tensor], inputs: Sequence[Tensor]) -> Tensor:
    out = f(*inputs)
    if not isinstance(out, Tensor):
        raise TypeError(
            f"check_grads needs a function that returns a Tensor, got {type(out).__name__}"
        )
    if out.dtype != np.float64:
        raise TypeError(
            f"check_grads compares in float64, but the function returned {out.dtype}: "
            "something inside is of another type (a model: model.astype('float64'))"
        )
    return out


def _pullback(
    f: Callable[..., Tensor], arrays: Sequence[np.ndarray], u: np.ndarray
) -> list[np.ndarray]:
    inputs = [Tensor(a, requires_grad=True) for a in arrays]
    out = _run(f, inputs)
    if not out.requires_grad:
        return [np.zeros_like(a) for a in arrays]
    return [g.data for g in grad(out, inputs, seed=u)]
