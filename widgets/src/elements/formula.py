"""A formula that a reader types, read once and computed in the book's operations: arithmetic, and nothing else."""

import ast
import math
import re

import numpy as np

from book_code.autodiff import Tensor, ops

FUNCTIONS = {
    "sin": ops.sin,
    "cos": ops.cos,
    "exp": ops.exp,
    "log": ops.log,
    "tanh": ops.tanh,
    "sqrt": Tensor.sqrt,
    "abs": ops.absolute,
}
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd)
LARGEST = 1e6  # number that may be typed
LONGEST = 120  # letters of a formula


class Formula:
    """A formula in some names, read once, for numbers and for tensors.

    Args:
        text: what the reader typed.
        names: what stands for a number in it.
        functions: what may be called in it, by name.
        example: a formula to show to who has written none.

    >>> Formula("x^2 + 3 y").at(2.0, 1.0)
    Traceback (most recent call last):
    ...
    ValueError: “3 y” is no formula here: write a sign between the two, as in 3 * y
    >>> Formula("x^2 + 3*y").at(2.0, 1.0).item()
    7.0
    """

    def __init__(self, text, names=("x", "y"), functions=FUNCTIONS, example="x**2 + 10*y**2"):
        self.names, self.functions = names, functions
        wanted = f"in {' and '.join(names)}, such as {example}"
        text = (
            text.replace("−", "-")
            .replace("·", "*")
            .replace("²", "**2")
            .replace("^", "**")
            .strip()
        )
        if not text:
            raise ValueError(f"write a formula {wanted}")
        if len(text) > LONGEST:
            raise ValueError(f"a formula has at most {LONGEST} letters here")
        try:
            self.tree = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ValueError(said(text, wanted)) from None
        self.check(self.tree)

    def check(self, node):
        """Refuse what is not arithmetic, in words."""
        if isinstance(node, ast.BinOp | ast.UnaryOp) and isinstance(node.op, OPERATORS):
            for child in (c for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)):
                self.check(child)
            if isinstance(node.op, ast.Pow):
                power(node.right)
        elif isinstance(node, ast.Name) and node.id in (*self.names, "pi", "e"):
            return
        elif isinstance(node, ast.Name):
            known = ", ".join((*self.names, "pi"))
            raise ValueError(f"“{node.id}” is not known here; there are {known} and e")
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            if not abs(node.value) < LARGEST:
                raise ValueError(f"{node.value} is too large a number here")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id not in self.functions:
                known = ", ".join(self.functions)
                raise ValueError(f"“{node.func.id}” is not known here; there are {known}")
            if len(node.args) != 1 or node.keywords:
                raise ValueError(f"{node.func.id} takes one thing, as in {node.func.id}(x)")
            self.check(node.args[0])
        else:
            known = ", ".join(self.functions)
            raise ValueError(
                f"“{ast.unparse(node)}” is no arithmetic: use + - * / ** and {known}"
            )

    def at(self, *values):
        """The value: of numbers, of arrays, or of tensors, one a name."""
        return self.value(self.tree, dict(zip(self.names, map(tensor, values), strict=True)))

    def value(self, node, names):
        """One part of the formula, in the operations of the book's Tensor."""
        if isinstance(node, ast.Constant):
            return float(node.value)
        if isinstance(node, ast.Name):
            return names.get(node.id, {"pi": math.pi, "e": math.e}.get(node.id))
        if isinstance(node, ast.UnaryOp):
            inner = self.value(node.operand, names)
            return -inner if isinstance(node.op, ast.USub) else inner
        if isinstance(node, ast.Call):
            return self.functions[node.func.id](tensor(self.value(node.args[0], names)))
        left, right = self.value(node.left, names), self.value(node.right, names)
        match node.op:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div():
                return left / right
        return left ** (right.item() if isinstance(right, Tensor) else right)


def tensor(value):
    """A number as a Tensor; a Tensor as it is."""
    return value if isinstance(value, Tensor) else Tensor(np.float64(value))


def power(node):
    """An exponent is a number: with x or y in it the Tensor has no rule."""
    if any(isinstance(part, ast.Name) and part.id in ("x", "y") for part in ast.walk(node)):
        raise ValueError(
            "an exponent is a number here, such as x**2; for e to the power of x write exp(x)"
        )


def said(text, wanted):
    """What is wrong with a text that is no formula."""
    found = re.search(r"(\d+\.?\d*|[xy)])\s*([xy(]|[a-z]{3,})", text)
    if found and not re.search(r"(sin|cos|exp|log|tanh|sqrt|abs)\s*\($", found[0]):
        return f"“{found[0]}” is no formula here: write a sign between the two, as in {found[1]} * {found[2]}"
    if text.count("(") != text.count(")"):
        return "a bracket is missing"
    return f"“{text}” is no formula: write one {wanted}"
