"""The Python half of the optimizer race: a surface out of a formula, and the path of every optimizer on it."""

import ast
import math
import re

import numpy as np

from book_code import optim
from book_code.autodiff import Tensor, grad, ops

FUNCTIONS = ("sin", "cos", "exp", "log", "tanh", "sqrt", "abs")
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd)
GRID = 41  # points of the surface along each side
FAR = 1e6  # a path that is further away than this has flown away
LONGEST = 120  # letters of a formula

MAKERS = {
    "sgd": lambda p, lr: optim.SGD(p, lr),
    "momentum": lambda p, lr: optim.SGD(p, lr, momentum=0.9),
    "nesterov": lambda p, lr: optim.SGD(p, lr, momentum=0.9, nesterov=True),
    "adagrad": lambda p, lr: optim.AdaGrad(p, lr),
    "rmsprop": lambda p, lr: optim.RMSProp(p, lr, alpha=0.9),
    "adam": lambda p, lr: optim.Adam(p, lr),
    "adamw": lambda p, lr: optim.AdamW(p, lr),
    "muon": lambda p, lr: optim.Muon(p, lr, weight_decay=0.0),
}


class Formula:
    """A formula in x and y, read once, for numbers and for tensors.

    >>> Formula("x^2 + 3 y").at(2.0, 1.0)
    Traceback (most recent call last):
    ...
    ValueError: “3 y” is no formula here: write a sign between the two, as in 3 * y
    >>> Formula("x^2 + 3*y").at(2.0, 1.0).item()
    7.0
    """

    def __init__(self, text):
        text = (
            text.replace("−", "-")
            .replace("·", "*")
            .replace("²", "**2")
            .replace("^", "**")
            .strip()
        )
        if not text:
            raise ValueError("write a formula in x and y, such as x**2 + 10*y**2")
        if len(text) > LONGEST:
            raise ValueError(f"a formula has at most {LONGEST} letters here")
        try:
            self.tree = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ValueError(said(text)) from None
        self.check(self.tree)

    def check(self, node):
        """Refuse what is not arithmetic, in words."""
        if isinstance(node, ast.BinOp | ast.UnaryOp) and isinstance(node.op, OPERATORS):
            for child in (c for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)):
                self.check(child)
            if isinstance(node.op, ast.Pow):
                power(node.right)
        elif isinstance(node, ast.Name) and node.id in ("x", "y", "pi", "e"):
            return
        elif isinstance(node, ast.Name):
            raise ValueError(f"“{node.id}” is not known here; there are x, y, pi and e")
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            if not abs(node.value) < FAR:
                raise ValueError(f"{node.value} is too large a number here")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id not in FUNCTIONS:
                raise ValueError(
                    f"“{node.func.id}” is not known here; there are {', '.join(FUNCTIONS)}"
                )
            if len(node.args) != 1 or node.keywords:
                raise ValueError(f"{node.func.id} takes one thing, as in {node.func.id}(x)")
            self.check(node.args[0])
        else:
            raise ValueError(
                f"“{ast.unparse(node)}” is no arithmetic: use + - * / ** and {', '.join(FUNCTIONS)}"
            )

    def at(self, x, y):
        """The height: of two numbers, of two arrays, or of two tensors."""
        return self.value(self.tree, {"x": tensor(x), "y": tensor(y)})

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
            inner = self.value(node.args[0], names)
            return function(node.func.id, tensor(inner))
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


def function(name, inner):
    """One of the functions that a formula may use."""
    if name in ("sin", "cos"):
        return getattr(ops, name)(inner)
    return getattr(inner, name)()


def said(text):
    """What is wrong with a text that is no formula."""
    found = re.search(r"(\d+\.?\d*|[xy)])\s*([xy(]|[a-z]{3,})", text)
    if found and not re.search(r"(sin|cos|exp|log|tanh|sqrt|abs)\s*\($", found[0]):
        return f"“{found[0]}” is no formula here: write a sign between the two, as in {found[1]} * {found[2]}"
    if text.count("(") != text.count(")"):
        return "a bracket is missing"
    return f"“{text}” is no formula: write one in x and y, such as x**2 + 10*y**2"


def race(formula, start, rates, steps, noise=0.0, half=3.0):
    """The surface and every optimizer's path.

    Args:
        formula: the height, in x and y.
        start: x and y to begin with.
        rates: a learning rate for each optimizer that runs, by name.
        steps: number of steps.
        noise: standard deviation of what is added to each gradient.
        half: the picture goes from -half to half both ways.
    """
    try:
        surface = Formula(formula)
        side = np.linspace(-half, half, GRID)
        x, y = np.meshgrid(side, side)
        with np.errstate(all="ignore"):  # a value that is none is told below
            heights = tensor(surface.at(Tensor(x), Tensor(y))).data
        heights = np.broadcast_to(heights, x.shape).astype(float)
        if not np.isfinite(heights).all():
            raise ValueError(
                "the formula has no value in a part of the picture: look for a log, a root or a division"
            )
    except ValueError as error:
        return {"error": str(error)}
    except (OverflowError, ZeroDivisionError):
        return {"error": "a number in the formula becomes too large, or is divided by zero"}
    paths = {
        name: path(surface, name, start, rate, steps, noise) for name, rate in rates.items()
    }
    return {"heights": np.round(heights, 6).ravel().tolist(), "paths": paths}


def path(surface, name, start, rate, steps, noise):
    """One optimizer's places and heights, up to where it flies away."""
    place = Tensor(
        np.array([start], dtype=float), requires_grad=True
    )  # (1, 2): Muon wants a matrix
    optimizer = MAKERS[name]([place], rate)
    rng = np.random.default_rng(0)  # every optimizer meets the same noise
    places = []
    for _ in range(steps + 1):
        x, y = place.data[0].tolist()
        height = tensor(surface.at(place[0, 0], place[0, 1]))
        value = height.item()
        if not (abs(x) < FAR and abs(y) < FAR and math.isfinite(value)):
            break
        places.append([round(x, 5), round(y, 5), round(value, 6)])
        slope = grad(height, [place])[0].data if height.record else np.zeros((1, 2))
        optimizer.step([slope + noise * rng.standard_normal((1, 2))])
    return places
