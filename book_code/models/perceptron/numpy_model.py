"""The perceptron: Rosenblatt (1958), doi:10.1037/h0042519, with the rule in the form of Novikoff (1962).

    code      book    meaning
    x         x       one example, D numbers
    y         y       its label, -1 or +1 (multi-class: 0 ... K-1)
    weight    w       D numbers (multi-class: K x D, one row a class)
    bias      b       one number (multi-class: K)
    output    s       score, s = w . x + b; the answer is its sign (multi-class: the class of the highest score)

Deviations from the paper: no fixed random connections in front, and the step is 1 (from zero weights another step would only
scale them). The multi-class rule is Kesler's construction (Nilsson 1965; Duda and Hart 1973); averaging is that of Freund and
Schapire (1999), doi:10.1023/A:1007662407062.
"""

from typing import Any

import numpy as np

from ...autodiff import Tensor, no_grad
from ...autodiff.functional import flatten
from ...nn import Module
from .config import MulticlassPerceptronConfig, PerceptronConfig


# --8<-- [start:model]
class Perceptron(Module):
    """One unit; returns a score, whose sign is the answer.

    Shape:
        (N, ...) with D numbers an example -> (N,).

    >>> from book_code.data.toy import logic_gates
    >>> x, y = logic_gates("and")
    >>> model = Perceptron()
    >>> updates = model.fit(x, y)
    >>> updates[-1], model.predict(x).tolist()
    (0, [-1, -1, -1, 1])
    """

    def __init__(
        self, config: PerceptronConfig | None = None, *, rng: np.random.Generator | None = None
    ):
        super().__init__()
        config = config or PerceptronConfig()
        self.config = config
        self.weight = Tensor(np.zeros(config.in_features, np.float32), requires_grad=True)
        self.bias = (
            Tensor(np.zeros((), np.float32), requires_grad=True) if config.bias else None
        )

    def forward(self, x: Any) -> Tensor:  # (N, ...)
        """Return one score an example."""
        score = flatten(x) @ self.weight  # (N,)
        return score if self.bias is None else score + self.bias

    # --8<-- [start:update]
    def update(self, x: Any, y: int) -> bool:
        """Make one step of Rosenblatt's rule with one example; say whether the weights changed.

        A score of exactly 0 counts as a mistake: otherwise zero weights would never move.
        """
        x, y = _example(x, self.config.in_features), _sign(y)
        score = x @ self.weight.data + (0 if self.bias is None else self.bias.data)
        mistake = bool(y * score <= 0)
        if mistake:
            self.weight.data += y * x
            if self.bias is not None:
                self.bias.data += y
        return mistake

    # --8<-- [end:update]

    def fit(
        self,
        x: Any,
        y: Any,
        max_epochs: int = 100,
        *,
        averaged: bool = False,
        rng: np.random.Generator | None = None,
    ) -> list[int]:
        """Go through the examples until none is a mistake; return the updates of each epoch.

        Args:
            x: the examples, (N, ...).
            y: their labels, -1 or +1.
            max_epochs: when to stop if the data cannot be separated.
            averaged: leave the mean of the weights after every example, instead of the last.
            rng: draws a new order for each epoch; without it the order is that of the data.
        """
        return _fit(self, x, y, max_epochs, averaged, rng)

    def decision(self, x: Any) -> np.ndarray:
        """Return the scores as an array (N,)."""
        with no_grad():
            return self(x).numpy()

    def predict(self, x: Any) -> np.ndarray:
        """Return the answers, +1 where the score is above 0 and -1 elsewhere, as int64 (N,)."""
        return np.where(self.decision(x) > 0, 1, -1).astype(np.int64)


# --8<-- [end:model]


# --8<-- [start:multiclass]
class MulticlassPerceptron(Module):
    """One unit a class; returns one score a class, the highest wins.

    Shape:
        (N, ...) with D numbers an example -> (N, K).

    >>> from book_code.data import load
    >>> iris = load("iris")
    >>> model = MulticlassPerceptron(MulticlassPerceptronConfig(in_features=4, classes=3))
    >>> updates = model.fit(*iris.train, max_epochs=50, averaged=True)
    >>> bool((model.predict(iris.test.x) == iris.test.y).mean() > 0.9)
    True
    """

    def __init__(
        self,
        config: MulticlassPerceptronConfig | None = None,
        *,
        rng: np.random.Generator | None = None,
    ):
        super().__init__()
        config = config or MulticlassPerceptronConfig()
        self.config = config
        shape = (config.classes, config.in_features)
        self.weight = Tensor(np.zeros(shape, np.float32), requires_grad=True)
        self.bias = None
        if config.bias:
            self.bias = Tensor(np.zeros(config.classes, np.float32), requires_grad=True)

    def forward(self, x: Any) -> Tensor:  # (N, ...)
        """Return one score a class."""
        scores = flatten(x) @ self.weight.T  # (N, K)
        return scores if self.bias is None else scores + self.bias

    # --8<-- [start:multiclass-update]
    def update(self, x: Any, y: int) -> bool:
        """Make one step of the rule with one example; say whether the weights changed.

        A mistake moves two units: the right one towards x, the one that won away from it.
        """
        x, y = _example(x, self.config.in_features), _label(y, self.config.classes)
        scores = self.weight.data @ x + (0 if self.bias is None else self.bias.data)
        guess = int(scores.argmax())
        if guess != y:
            self.weight.data[y] += x
            self.weight.data[guess] -= x
            if self.bias is not None:
                self.bias.data[y] += 1
                self.bias.data[guess] -= 1
        return guess != y

    # --8<-- [end:multiclass-update]

    def fit(
        self,
        x: Any,
        y: Any,
        max_epochs: int = 100,
        *,
        averaged: bool = False,
        rng: np.random.Generator | None = None,
    ) -> list[int]:
        """Go through the examples until none is a mistake; return the updates of each epoch.

        The arguments are those of `Perceptron.fit`; labels are 0 ... K-1.
        """
        return _fit(self, x, y, max_epochs, averaged, rng)

    def decision(self, x: Any) -> np.ndarray:
        """Return the scores as an array (N, K)."""
        with no_grad():
            return self(x).numpy()

    def predict(self, x: Any) -> np.ndarray:
        """Return the class of the highest score, as int64 (N,)."""
        return self.decision(x).argmax(axis=1).astype(np.int64)


# --8<-- [end:multiclass]


# --8<-- [start:fit]
def _fit(
    model: Perceptron | MulticlassPerceptron,
    x: Any,
    y: Any,
    max_epochs: int,
    averaged: bool,
    rng: np.random.Generator | None,
) -> list[int]:
    """Repeat the update; see `Perceptron.fit`."""
    x, y = np.asarray(x), np.asarray(y)
    if len(x) != len(y) or not len(x):
        raise ValueError(f"fit needs one label for each example; got {len(x)} and {len(y)}")
    parameters = model.parameters()
    totals = [np.zeros(p.shape) for p in parameters]
    updates: list[int] = []
    while len(updates) < max_epochs and (not updates or updates[-1] > 0):
        order = range(len(x)) if rng is None else rng.permutation(len(x))
        updates.append(0)
        for i in order:
            updates[-1] += model.update(x[i], y[i])
            if averaged:
                for total, parameter in zip(totals, parameters, strict=True):
                    total += parameter.data
    if averaged:
        for total, parameter in zip(totals, parameters, strict=True):
            parameter.data[...] = total / (len(x) * len(updates))
    return updates


# --8<-- [end:fit]


def _example(x: Any, in_features: int) -> np.ndarray:
    x = np.asarray(x).reshape(-1)
    if x.size != in_features:
        raise ValueError(
            f"the perceptron has {in_features} inputs; got an example of {x.size} numbers"
        )
    return x


def _sign(y: Any) -> int:
    if y not in (-1, 1):
        raise ValueError(f"a label must be -1 or +1; got {y!r}")
    return int(y)


def _label(y: Any, classes: int) -> int:
    if not 0 <= y < classes or y != int(y):
        raise ValueError(f"a label must be one of 0 ... {classes - 1}; got {y!r}")
    return int(y)
