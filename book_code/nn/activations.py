"""Activation functions as layers."""

from __future__ import annotations

from typing import Any

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.nn.module import Module


class ReLU(Module):
    """max(x, 0) entry by entry.

    >>> ReLU()([-1.0, 2.0])
    Tensor([0., 2.])
    """

    def forward(self, x: Any) -> Tensor:
        """max(x, 0)."""
        return F.relu(x)


class Tanh(Module):
    """The hyperbolic tangent, entry by entry.

    >>> Tanh()([0.0])
    Tensor([0.])
    """

    def forward(self, x: Any) -> Tensor:
        """tanh(x)."""
        return F.tanh(x)


class Sigmoid(Module):
    """1 / (1 + exp(-x)), entry by entry.

    >>> Sigmoid()([0.0])
    Tensor([0.5])
    """

    def forward(self, x: Any) -> Tensor:
        """1 / (1 + exp(-x))."""
        return F.sigmoid(x)
