"""Lion: an optimizer that was found by a search over programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.optim.base import Optimizer, check_betas, check_settings, remembered


# --8<-- [start:lion]
class Lion(Optimizer):
    """Every weight takes a step of the same size; only the sign of a mean of gradients counts.

    PyTorch has none; ``book_code.optim.torch_lion`` has the same for PyTorch. As the steps are larger
    than Adam's, the paper takes a learning rate 3 to 10 times smaller and as much more weight decay.

    Args:
        params: the tensors to train.
        lr: learning rate, the size of every step.
        betas: how much of the mean goes into the step, and how slowly the mean forgets.
        weight_decay: how fast the weights shrink, as in AdamW.

    References:
        X. Chen et al. (2023). Symbolic discovery of optimization algorithms. NeurIPS.
        arXiv:2302.06675, algorithm 2

    Examples:
        >>> w = Tensor([1.0, 1.0], requires_grad=True)
        >>> Lion([w], lr=0.25).step([[3.0, -0.01]])
        >>> w.data.tolist()
        [0.75, 1.25]
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr)
        check_betas(betas)
        check_settings(weight_decay=weight_decay)
        self.betas, self.weight_decay = betas, weight_decay

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """w - lr · (sign(b1 · m + (1 - b1) · g) + weight_decay · w)."""
        b1, b2 = self.betas
        m = remembered(state, "m", w)
        new = np.empty_like(w)
        np.multiply(g, 1 - b1, out=new)
        new += b1 * m
        np.sign(new, out=new)
        if self.weight_decay:
            new += self.weight_decay * w
        new *= -float(self.lr)
        new += w
        m *= b2  # only now, with the other share
        m += (1 - b2) * g
        return new


# --8<-- [end:lion]
