"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.optim.base import Optimizer, check_settings, decayed


# --8<-- [start:sgd]
class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if wanted.

    As in PyTorch the learning rate multiplies the velocity; in the papers it goes into the velocity, which is
    the same as long as the rate stays.

    Args:
        params: the tensors to train.
        lr: learning rate.
        momentum: how much of the last step's direction is kept.
        nesterov: look ahead along the momentum.
        weight_decay: adds this multiple of the weights to their gradients.

    References:
        B. Polyak (1964). Some methods of speeding up the convergence of iteration methods. USSR
        Computational Mathematics and Mathematical Physics 4(5);
        I. Sutskever et al. (2013). On the importance of initialization and momentum in deep
        learning. ICML.

    Examples:
        >>> w = Tensor([1.0], requires_grad=True)
        >>> (w * w).sum().backward()
        >>> SGD([w], lr=0.25).step()
        >>> w
        Tensor([0.5], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr)
        check_settings(momentum=momentum, weight_decay=weight_decay)
        if nesterov and momentum == 0:
            raise ValueError("nesterov needs a momentum above 0")
        self.momentum, self.nesterov, self.weight_decay = momentum, nesterov, weight_decay

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """One step down the slope: w - lr · direction."""
        g = decayed(g, w, self.weight_decay)
        new = np.empty_like(w)
        direction = g
        if self.momentum:
            if "velocity" in state:
                velocity = state["velocity"]
                velocity *= self.momentum
                velocity += g
            else:
                velocity = state["velocity"] = np.array(g, w.dtype)
            direction = velocity
            if self.nesterov:  # g + momentum · velocity
                np.multiply(velocity, self.momentum, out=new)
                new += g
                direction = new
        np.multiply(direction, -float(self.lr), out=new)
        new += w
        return new


# --8<-- [end:sgd]
