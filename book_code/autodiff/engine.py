"""Recording operations and sweeping back over the record.

A *primitive* is a function of arrays with one rule for each array argument. A rule is the textbook
formula for one vector-Jacobian product: given ``g``, the gradient of the end result with respect to
the output, it returns the gradient with respect to that argument. Rules are written in Tensor
operations, so a gradient is itself a recorded computation and can be differentiated again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from book_code.autodiff.tensor import Record, Tensor

Rule = Callable[..., Tensor]

STALE = (
    "{} was recorded with other numbers than its input holds now (an optimizer's step?): "
    "compute the result again before differentiating it"
)

_recording = True


@contextmanager
def _record(on: bool) -> Iterator[None]:
    global _recording
    before, _recording = _recording, on
    try:
        yield
    finally:
        _recording = before


def no_grad() -> Any:
    """Record nothing inside this block: for evaluation, where no gradient will be asked for.

    Examples:
        >>> x = Tensor(2.0, requires_grad=True)
        >>> with no_grad():
        ...     y = x * x
        >>> y.requires_grad
        False
    """
    return _record(False)


def is_recording() -> bool:
    """Whether operations are recorded at this point.

    >>> is_recording()
    True
    """
    return _recording


# --8<-- [start:primitive]
def primitive(
    *rules: Rule | None,
) -> Callable[[Callable[..., np.ndarray]], Callable[..., Tensor]]:
    """Make a function of arrays into a recorded operation on tensors.

    Arrays are positional arguments and get one rule each, in order; everything else (axes, shapes,
    strides) goes by keyword. A rule is called as ``rule(g, out, *inputs, **metadata)``. It need not
    think of broadcasting: the sweep sums a gradient down to the shape of its input. None stands for
    an argument through which no gradient passes. A rule that fills a new array may have a function
    ``into(array, g, **metadata)`` that adds to a known one instead: fifty slices of one sequence then
    cost one array, not fifty.

    Examples:
        >>> @primitive(lambda g, out, x: g * 3 * x**2)
        ... def cube(x):
        ...     return x * x * x
        >>> x = Tensor(2.0, requires_grad=True)
        >>> grad(cube(x), x)[0].item()
        12.0
    """

    def decorate(forward: Callable[..., np.ndarray]) -> Callable[..., Tensor]:
        @functools.wraps(forward)
        def operation(*arguments: Any, **metadata: Any) -> Tensor:
            inputs = as_tensors(arguments)
            arrays = [x.data for x in inputs]
            try:
                out = Tensor(forward(*arrays, **metadata))
            except ValueError as error:
                shapes = " and ".join(str(x.shape) for x in inputs)
                raise ValueError(f"{forward.__name__} of {shapes}: {error}") from None
            if _recording and any(x.requires_grad for x in inputs):
                out.requires_grad = True
                out.record = Record(forward.__name__, rules, inputs, arrays, metadata)
            return out

        return operation

    return decorate


# --8<-- [end:primitive]


def as_tensors(values: Sequence[Any]) -> tuple[Tensor, ...]:
    """The values as tensors; constants take the floating-point type of the tensors beside them.

    >>> [t.dtype.name for t in as_tensors([Tensor(np.float32(1)), 2.0])]
    ['float32', 'float32']
    """
    known = [v.dtype for v in values if isinstance(v, Tensor)]
    if len(known) == len(values):
        return tuple(values)
    dtype = np.result_type(*known) if known else None
    if dtype is not None and dtype.kind != "f":
        dtype = None
    return tuple(
        v if isinstance(v, Tensor) else Tensor(np.asarray(v, dtype=dtype)) for v in values
    )


# --8<-- [start:order]
def topological_order(y: Tensor) -> list[Tensor]:
    """Everything that ``y`` was made from and ``y``, inputs before results. No recursion.

    >>> x = Tensor(1.0, requires_grad=True)
    >>> [t.op for t in topological_order((x + 1) * x)]
    ['', 'add', 'multiply']
    """
    order: list[Tensor] = []
    seen: set[int] = set()
    stack = [(y, False)]
    while stack:
        tensor, inputs_done = stack.pop()
        if inputs_done:
            order.append(tensor)
        elif id(tensor) not in seen:
            seen.add(id(tensor))
            stack.append((tensor, True))
            if tensor.record:
                stack.extend((x, False) for x in tensor.record.inputs if x.requires_grad)
    return order


# --8<-- [end:order]


# --8<-- [start:grad]
def grad(
    y: Tensor, xs: Tensor | Sequence[Tensor], create_graph: bool = False, seed: Any = None
) -> tuple[Tensor, ...]:
    """The gradients of ``y`` with respect to each of ``xs``.

    Args:
        y: a scalar, unless ``seed`` is given.
        xs: a tensor or several, leaves or intermediate results.
        create_graph: record the gradients too, so that they can be differentiated again.
        seed: the gradient of what comes after with respect to ``y``, of the shape of ``y``.

    Returns:
        One tensor for each of ``xs``, of its shape and type; zeros where ``y`` does not depend
        on it.

    Raises:
        ValueError: when ``y`` is not a scalar and no seed is given, or nothing was recorded.

    Examples:
        >>> x = Tensor(2.0, requires_grad=True)
        >>> (first,) = grad(x**3, x, create_graph=True)
        >>> (second,) = grad(first, x)
        >>> first.item(), second.item()
        (12.0, 12.0)
    """
    targets = (xs,) if isinstance(xs, Tensor) else tuple(xs)
    _check_request(y, targets)
    order = topological_order(y)
    useful = _on_the_way(order, targets)
    gradients = _Gradients(y, _seed(y, seed), create_graph)
    kept = {id(x) for x in targets}
    with _record(create_graph):
        for out in reversed(order):
            if out.record is None or id(out) not in useful or id(out) not in gradients:
                continue
            g = gradients[id(out)] if id(out) in kept else gradients.pop(id(out))
            name, rules, inputs, arrays, metadata = out.record
            for x, rule, array in zip(inputs, rules, arrays, strict=True):
                if x.data is not array:
                    raise ValueError(STALE.format(name))
                if rule and id(x) in useful and not gradients.filled(x, rule, g, metadata):
                    gradients.add(x, rule, _fit(rule(g, out, *inputs, **metadata), x, name))
    return tuple(_result(gradients.get(id(x)), x, create_graph) for x in targets)


# --8<-- [end:grad]


class _Gradients(dict[int, Tensor]):
    """The gradients on their way, by the identity of the tensor; those that meet are added.

    Unless they are recorded, they are added in place, once their array is known to be nobody else's: a
    sum that was made here, or what a rule with ``into`` has filled.
    """

    def __init__(self, y: Tensor, seed: Tensor, create_graph: bool) -> None:
        super().__init__({id(y): seed})
        self.create_graph = create_graph
        self.own: set[int] = set()

    def add(self, x: Tensor, rule: Rule, step: Tensor) -> None:
        """Add what one rule gave for ``x``."""
        known = self.get(id(x))
        if known is None:
            self[id(x)] = step
            if hasattr(rule, "into") and not self.create_graph:
                self.own.add(id(x))
        elif self.create_graph:
            self[id(x)] = known + step
        elif id(x) in self.own:
            known.data += step.data
        else:
            self[id(x)] = Tensor(known.data + step.data)
            self.own.add(id(x))

    def filled(self, x: Tensor, rule: Rule, g: Tensor, metadata: dict[str, Any]) -> bool:
        """Whether the rule itself could add to what is known of ``x``, without an array of its own."""
        if id(x) not in self.own or not hasattr(rule, "into"):
            return False
        rule.into(self[id(x)].data, g.data, **metadata)  # type: ignore[attr-defined]
        return True


def backward(y: Tensor, seed: Any = None) -> None:
    """Add the gradients of ``y`` to ``grad`` of every leaf; see :meth:`Tensor.backward`."""
    leaves = [t for t in topological_order(y) if t.requires_grad and t.record is None]
    for leaf, g in zip(leaves, grad(y, leaves, seed=seed), strict=True):
        leaf.grad = Tensor(g.data.copy() if leaf.grad is None else leaf.grad.data + g.data)


def _on_the_way(order: list[Tensor], targets: tuple[Tensor, ...]) -> set[int]:
    """The identities of all tensors through which ``y`` depends on a target."""
    useful = {id(x) for x in targets}
    for tensor in order:
        if tensor.record and any(id(x) in useful for x in tensor.record.inputs):
            useful.add(id(tensor))
    return useful


# --8<-- [start:unbroadcast]
def _fit(g: Tensor, x: Tensor, name: str) -> Tensor:
    """Bring a gradient to the shape and type of its input: broadcasting copies, so its adjoint sums."""
    if g.shape != x.shape:
        extra = g.ndim - x.ndim
        if extra < 0:
            raise ValueError(
                f"the rule of {name} gave shape {g.shape} for an input of {x.shape}"
            )
        stretched = [i for i, n in enumerate(x.shape, start=extra) if n == 1 != g.shape[i]]
        g = g.sum(axis=(*range(extra), *stretched)).reshape(x.shape)
    return g if g.dtype == x.dtype else g.astype(x.dtype)


# --8<-- [end:unbroadcast]


def _seed(y: Tensor, seed: Any) -> Tensor:
    if seed is None:
        if y.size != 1:
            raise ValueError(
                f"only a scalar has a gradient, got a tensor of shape {y.shape}: "
                "reduce it with .sum() or .mean() first, or pass seed="
            )
        return Tensor(np.ones_like(y.data))
    seed = seed if isinstance(seed, Tensor) else Tensor(np.asarray(seed, dtype=y.dtype))
    if seed.shape != y.shape:
        raise ValueError(f"seed has shape {seed.shape}, what it belongs to has shape {y.shape}")
    return seed


def _result(g: Tensor | None, x: Tensor, create_graph: bool) -> Tensor:
    """What the caller gets: zeros where no path leads, and with create_graph always a variable,
    so that the gradient of a constant gradient is zero and not an error."""
    if g is None:
        g = Tensor(np.zeros_like(x.data))
    return g if g.requires_grad else Tensor(g, create_graph)


def _check_request(y: Tensor, targets: tuple[Tensor, ...]) -> None:
    for i, x in enumerate(targets):
        if not isinstance(x, Tensor):
            raise TypeError(
                f"grad needs tensors to differentiate by, got {type(x).__name__} at {i}"
            )
        if not x.requires_grad:
            raise ValueError(
                f"tensor {i} does not require a gradient: make it with requires_grad=True"
            )
    if not isinstance(y, Tensor):
        raise TypeError(f"grad needs a Tensor to differentiate, got {type(y).__name__}")
    if not y.requires_grad:
        raise ValueError(
            "nothing was recorded for this tensor: it was computed inside no_grad(), from detached "
            "values, or from tensors without requires_grad=True"
        )
