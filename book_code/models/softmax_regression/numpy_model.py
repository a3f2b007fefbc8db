"""Softmax regression: a linear layer whose outputs, through the softmax, are probabilities of classes.

    code            book    meaning
    x               x       one example, D numbers
    linear.weight   W       K x D, one row a class
    linear.bias     b       K numbers
    output          z       logits, z = W x + b; the probabilities are softmax(z)

Also called multinomial logistic regression. The softmax is in the loss (`losses.cross_entropy`), where it can be
computed without overflow.
"""

from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...autodiff.functional import flatten
from ...nn import Linear, Module
from .config import SoftmaxRegressionConfig


# --8<-- [start:model]
class SoftmaxRegression(Module):
    """One linear layer; returns logits, one a class.

    Shape:
        (N, ...) with D numbers an example -> (N, K).

    >>> from book_code.models.softmax_regression import SoftmaxRegressionConfig
    >>> rng = np.random.default_rng(0)
    >>> model = SoftmaxRegression(SoftmaxRegressionConfig(in_features=64), rng=rng)
    >>> model(np.zeros((5, 1, 8, 8), np.float32)).shape
    (5, 10)
    """

    def __init__(
        self, config: SoftmaxRegressionConfig | None = None, *, rng: np.random.Generator
    ):
        super().__init__()
        config = config or SoftmaxRegressionConfig()
        self.config = config
        self.linear = Linear(config.in_features, config.classes, bias=config.bias, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, ...)
        """Return the logits, one a class."""
        return self.linear(flatten(x))  # (N, K)


# --8<-- [end:model]
