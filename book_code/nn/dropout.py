"""Dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.nn.module import Module


class Dropout(Module):
    """In training, sets entries to 0 at random and scales the others up; otherwise does nothing.

    Args:
        p: probability that an entry is dropped.
        rng: where the choices come from.

    References:
        N. Srivastava et al. (2014). Dropout: a simple way to prevent neural networks from
        overfitting. JMLR 15.

    Examples:
        >>> layer = Dropout(0.5, rng=np.random.default_rng(0))
        >>> layer.eval()([1.0, 2.0])
        Tensor([1., 2.])
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator) -> None:
        if not 0 <= p < 1:
            raise ValueError(f"Dropout expected a probability p with 0 <= p < 1, got {p}")
        self.p, self.rng = p, rng

    def forward(self, x: Any) -> Tensor:
        """Drop in training, pass on otherwise."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        return F.dropout(x, self.p, rng=self.rng) if self.training and self.p else x

    def extra_repr(self) -> str:
        """The probability."""
        return f"p={self.p}"
