"""Backpropagation for single numbers: all there is to it, with nothing in the way.

Every operation keeps its inputs and, for each of them, its *slope*: how fast the result changes
when only that input does. The chain rule then needs one line. After A. Karpathy's micrograd.

    >>> a, b = Value(2.0), Value(3.0)
    >>> c = a * b + a
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (8.0, 4.0, 2.0)
"""

from __future__ import annotations

import math

from book_code.autodiff.release import let_go


# --8<-- [start:value]
class Value:
    """A number that remembers how it was made."""

    def __init__(self, data: float, parents: tuple = (), slopes: tuple = (), op: str = ""):
        self.data = float(data)
        self.grad = 0.0
        self.parents: tuple[Value, ...] = parents  # the values it was computed from
        self.slopes: tuple[float, ...] = slopes  # d(self)/d(parent), one for each parent
        self.op = op

    # --8<-- [end:value]
    def __repr__(self) -> str:
        return f"Value(data={self.data:.6g}, grad={self.grad:.6g})"

    def __del__(self) -> None:
        let_go(self, "parents")

    # --8<-- [start:operations]
    def __add__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, n: float) -> Value:
        slope = n * self.data ** (n - 1) if n else 0.0
        return Value(self.data**n, (self,), (slope,), f"**{n}")

    def exp(self) -> Value:
        """e to the power of this value; it is its own slope."""
        out = math.exp(self.data)
        return Value(out, (self,), (out,), "exp")

    def log(self) -> Value:
        """The natural logarithm."""
        return Value(math.log(self.data), (self,), (1 / self.data,), "log")

    def tanh(self) -> Value:
        """The hyperbolic tangent: steep at 0, flat far out."""
        out = math.tanh(self.data)
        return Value(out, (self,), (1 - out**2,), "tanh")

    def relu(self) -> Value:
        """The value itself, or 0 where it is negative."""
        on = self.data > 0
        return Value(self.data if on else 0.0, (self,), (1.0 if on else 0.0,), "relu")

    # --8<-- [end:operations]
    # --8<-- [start:backward]
    def graph(self) -> list[Value]:
        """Every value this one was made from, and this one; parents come before children."""
        order: list[Value] = []
        seen: set[Value] = set()
        stack = [(self, False)]
        while stack:
            value, parents_done = stack.pop()
            if parents_done:
                order.append(value)
            elif value not in seen:
                seen.add(value)
                stack.append((value, True))
                stack.extend((parent, False) for parent in value.parents)
        return order

    def backward(self) -> None:
        """Add d(self)/d(value) to the ``grad`` of every value this one was made from."""
        order = self.graph()
        change = dict.fromkeys(order, 0.0)  # how fast self changes with each value
        change[self] = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                change[parent] += slope * change[value]  # the chain rule
        for value in order:
            value.grad += change[value]

    # --8<-- [end:backward]
    # The other operators are made of these.
    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Value:
        return self * -1

    def __sub__(self, other: Value | float) -> Value:
        return self + -_value(other)

    def __rsub__(self, other: float) -> Value:
        return _value(other) - self

    def __truediv__(self, other: Value | float) -> Value:
        return self * _value(other) ** -1

    def __rtruediv__(self, other: float) -> Value:
        return _value(other) / self


def _value(x: Value | float) -> Value:
    return x if isinstance(x, Value) else Value(x)
