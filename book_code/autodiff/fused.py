"""Functions that are computed at one go, for speed, and differentiated again by their definition.

A composed function records each of its parts, and every part costs a call and an array. Where that is
most of the time, the value and its gradients are also written out by hand, on bare arrays. The composed
function stays beside it as the definition: a gradient that is itself to be differentiated comes from there,
and the tests hold the one to the other.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from book_code.autodiff.engine import as_tensors, grad, is_recording
from book_code.autodiff.tensor import Record, Tensor

# from the gradient of the value to that of every argument; one that costs much may be a function that makes it
Backward = Callable[[np.ndarray], Sequence[Any]]
ALL: dict[str, Any] = {}  # every fused operation by name, for the tests


# --8<-- [start:fused]
def fused(
    plain: Callable[..., Tensor],
) -> Callable[[Callable[..., Any]], Callable[..., Tensor]]:
    """Make a fast version of a composed function into a recorded operation on tensors.

    The fast version takes arrays, and None for what is not there. It returns its value and a function that
    makes the gradients with respect to all arguments, in order, out of the one with respect to the value.

    Args:
        plain: the same function, composed of recorded operations; gradients that are recorded come from it.

    Examples:
        >>> @fused(lambda x: x * x * x)
        ... def cube(x):
        ...     return x**3, lambda g: [3 * g * x**2]
        >>> x = Tensor(2.0, requires_grad=True)
        >>> (first,) = grad(cube(x), x, create_graph=True)
        >>> first.item(), grad(first, x)[0].item()
        (12.0, 12.0)
    """

    def decorate(fast: Callable[..., Any]) -> Callable[..., Tensor]:
        @functools.wraps(fast)
        def operation(*arguments: Any, **metadata: Any) -> Tensor:
            there = [i for i, a in enumerate(arguments) if a is not None]
            inputs = as_tensors([arguments[i] for i in there])
            arrays = [x.data for x in inputs]
            value, backward = fast(*_placed(arrays, there, len(arguments)), **metadata)
            out = Tensor(value)
            if is_recording() and any(x.requires_grad for x in inputs):
                out.requires_grad = True
                gradients = _Gradients(plain, backward, there, len(arguments))
                rules = tuple(functools.partial(gradients.one, n) for n in range(len(there)))
                out.record = Record(fast.__name__, rules, inputs, arrays, metadata)
            return out

        operation.plain = plain  # type: ignore[attr-defined]
        ALL[fast.__name__] = operation
        return operation

    return decorate


class _Gradients:
    """The gradients of one call: computed together, handed out one by one."""

    def __init__(self, plain: Any, backward: Backward, there: list[int], count: int) -> None:
        self.plain, self.backward, self.there, self.count = plain, backward, there, count
        self.of: tuple[Any, bool] = (
            None,
            False,
        )  # the gradient that those in hand were made from
        self.in_hand: dict[int, Any] = {}

    def one(self, n: int, g: Tensor, out: Tensor, *inputs: Tensor, **metadata: Any) -> Tensor:
        """The gradient with respect to input ``n``, as a rule gives it."""
        recorded = is_recording()
        if self.of[0] is not g or self.of[1] != recorded or n not in self.in_hand:
            if recorded:
                found = self.by_definition(g, inputs, metadata)
            else:
                every = self.backward(g.data)
                found = [every[i] for i in self.there]
            self.of = (g, recorded)
            self.in_hand = {i: a for i, a in enumerate(found) if inputs[i].requires_grad}
        gradient = self.in_hand.pop(n)
        if not self.in_hand:
            self.of = (None, False)
        if recorded:
            return gradient
        return Tensor(gradient() if callable(gradient) else gradient)

    def by_definition(
        self, g: Tensor, inputs: Sequence[Tensor], metadata: dict[str, Any]
    ) -> list[Tensor | None]:
        """The gradients of the composed function, recorded themselves."""
        copies = [Tensor(x.data, requires_grad=x.requires_grad) for x in inputs]
        out = self.plain(*_placed(copies, self.there, self.count), **metadata)
        wanted = [c for c in copies if c.requires_grad]
        found = iter(grad(out, wanted, create_graph=True, seed=g))
        for copy, x in zip(copies, inputs, strict=True):
            if (
                x.requires_grad
            ):  # so far a leaf, at which the sweep ended; from now on it stands for x
                copy.record = Record("copy", (_unchanged,), (x,), [x.data], {})
        return [next(found) if c.requires_grad else None for c in copies]


# --8<-- [end:fused]


def _unchanged(g: Tensor, out: Tensor, x: Tensor) -> Tensor:
    return g


def _placed(values: Sequence[Any], places: Sequence[int], count: int) -> list[Any]:
    """The values at their places among so many arguments; None at the others."""
    row: list[Any] = [None] * count
    for place, value in zip(places, values, strict=True):
        row[place] = value
    return row
