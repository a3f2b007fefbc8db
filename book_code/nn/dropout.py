"""Dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.nn.module import Module, floats


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
            raise ValueError(
                f"{type(self).__name__} expected a probability p with 0 <= p < 1, got {p}"
            )
        self.p, self.rng = p, rng

    def forward(self, x: Any) -> Tensor:
        """Drop in training, pass on otherwise."""
        x = floats(self, x)
        return F.dropout(x, self.p, rng=self.rng) if self.training and self.p else x

    def extra_repr(self) -> str:
        """The probability."""
        return f"p={self.p}"


class Dropout2d(Dropout):
    """In training, sets whole channels of images to 0 at random: neighbouring pixels say the same.

    Args:
        p: probability that a channel is dropped.
        rng: where the choices come from.

    Shape:
        (N, C, H, W) -> the same

    References:
        J. Tompson et al. (2015). Efficient object localization using convolutional networks. CVPR.
        arXiv:1411.4280

    Examples:
        >>> layer = Dropout2d(0.5, rng=np.random.default_rng(0))
        >>> sorted(set(layer(np.ones((1, 50, 2, 2))).data.sum(axis=(0, 2, 3)).tolist()))
        [0.0, 8.0]
    """

    def forward(self, x: Any) -> Tensor:
        """Drop channels in training, pass on otherwise."""
        x = floats(self, x)
        F.check_images("Dropout2d", x)
        if not self.training or not self.p:
            return x
        return x * F.dropout(np.ones((*x.shape[:2], 1, 1), x.dtype), self.p, rng=self.rng)
