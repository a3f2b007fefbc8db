"""The fully connected layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code import init
from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.nn.module import Module, check_sizes, floating_input


# --8<-- [start:linear]
class Linear(Module):
    """y = x Wᵀ + b.

    Weights and biases start uniform in ±1/√in, as PyTorch's do.

    Args:
        in_features: numbers that come in for each example.
        out_features: numbers that go out.
        bias: whether to add b.
        rng: where the first weights come from.

    Shape:
        (N, in) -> (N, out); weight (out, in), bias (out,). More axes in front are kept.

    Examples:
        >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
        >>> layer(np.ones((4, 3), np.float32)).shape
        (4, 2)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: np.random.Generator,
    ) -> None:
        check_sizes("Linear", in_features, out_features)
        bound = 1 / np.sqrt(in_features)
        self.weight = Tensor(
            init.uniform((out_features, in_features), -bound, bound, rng=rng),
            requires_grad=True,
        )
        self.bias = None
        if bias:
            self.bias = Tensor(
                init.uniform((out_features,), -bound, bound, rng=rng), requires_grad=True
            )

    def forward(self, x: Any) -> Tensor:
        """x Wᵀ + b."""
        x = floating_input(self, x, self.weight)
        F.check_features("Linear", x, self.weight.shape[1])
        return F.linear(x, self.weight, self.bias)

    # --8<-- [end:linear]

    def extra_repr(self) -> str:
        """Sizes."""
        outputs, inputs = self.weight.shape
        return f"in_features={inputs}, out_features={outputs}, bias={self.bias is not None}"
