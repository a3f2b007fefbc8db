"""Optimizers that measure the gradient of every weight by its own usual size."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.optim.base import (
    Optimizer,
    check_betas,
    check_settings,
    check_shares,
    decayed,
    remembered,
)


# --8<-- [start:adagrad]
class AdaGrad(Optimizer):
    """Steps divided by the root of the sum of all squares so far: they shrink where much was learned.

    Args:
        params: the tensors to train.
        lr: learning rate.
        eps: keeps the division finite.
        weight_decay: adds this multiple of the weights to their gradients.

    References:
        J. Duchi, E. Hazan, Y. Singer (2011). Adaptive subgradient methods for online learning and
        stochastic optimization. JMLR 12.

    Examples:
        >>> w = Tensor([1.0], requires_grad=True)
        >>> AdaGrad([w], lr=0.5).step([[3.0]])
        >>> round(w.item(), 6)
        0.5
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-2,
        eps: float = 1e-10,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr)
        check_settings(eps=eps, weight_decay=weight_decay)
        self.eps, self.weight_decay = eps, weight_decay

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """w - lr · g / (√Σg² + eps)."""
        g = decayed(g, w, self.weight_decay)
        total = remembered(state, "total", w)
        new = np.empty_like(w)
        np.multiply(g, g, out=new)
        total += new
        np.sqrt(total, out=new)
        new += self.eps
        np.divide(g, new, out=new)
        new *= -float(self.lr)
        new += w
        return new


# --8<-- [end:adagrad]


# --8<-- [start:rmsprop]
class RMSProp(Optimizer):
    """Steps divided by the root of a running mean of the squares, which forgets what is long ago.

    Settings and defaults are PyTorch's. The lecture's mean forgets faster (0.9); Graves takes 0.95, and
    puts eps inside the root.

    Args:
        params: the tensors to train.
        lr: learning rate.
        alpha: how slowly the running mean forgets.
        eps: keeps the division finite.
        weight_decay: adds this multiple of the weights to their gradients.
        momentum: how much of the last step's direction is kept.
        centered: divide by the standard deviation: the square of the mean is taken off.

    References:
        T. Tieleman, G. Hinton (2012). Lecture 6.5: RMSProp. Coursera; A. Graves (2013). Generating
        sequences with recurrent neural networks. arXiv:1308.0850 (centered, with momentum)

    Examples:
        >>> w = Tensor([1.0], requires_grad=True)
        >>> RMSProp([w], lr=0.05).step([[3.0]])
        >>> round(w.item(), 6)
        0.5
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        super().__init__(params, lr)
        check_settings(eps=eps, weight_decay=weight_decay, momentum=momentum)
        check_shares(alpha=alpha)
        self.alpha, self.eps, self.weight_decay = alpha, eps, weight_decay
        self.momentum, self.centered = momentum, centered

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """w - lr · g / (√v + eps), with v the running mean of g²."""
        g = decayed(g, w, self.weight_decay)
        new = np.empty_like(w)
        v = remembered(state, "v", w)
        np.multiply(g, g, out=new)
        _towards(v, new, 1 - self.alpha)
        if self.centered:
            mean = remembered(state, "mean", w)
            np.multiply(g, 1, out=new)
            _towards(mean, new, 1 - self.alpha)
            np.multiply(mean, mean, out=new)
            np.subtract(v, new, out=new)
            np.maximum(new, 0, out=new)  # rounding may bring a variance below 0
            np.sqrt(new, out=new)
        else:
            np.sqrt(v, out=new)
        new += self.eps
        np.divide(g, new, out=new)
        if self.momentum:
            velocity = remembered(state, "velocity", w)
            velocity *= self.momentum
            velocity += new
            new[...] = velocity
        new *= -float(self.lr)
        new += w
        return new


# --8<-- [end:rmsprop]


def _towards(mean: np.ndarray, value: np.ndarray, share: float) -> None:
    """Move a running mean by a share towards a value, in place; the value is used up."""
    mean *= 1 - share
    value *= share
    mean += value


# --8<-- [start:adam]
class Adam(Optimizer):
    """Steps scaled by running means of the gradient and of its square.

    Args:
        params: the tensors to train.
        lr: learning rate.
        betas: how slowly the two running means forget.
        eps: keeps the division finite.
        weight_decay: adds this multiple of the weights to their gradients.

    References:
        D. Kingma, J. Ba (2015). Adam: a method for stochastic optimization. ICLR. arXiv:1412.6980

    Examples:
        >>> w = Tensor([1.0], requires_grad=True)
        >>> (w * w).sum().backward()
        >>> Adam([w], lr=0.5).step()
        >>> round(w.item(), 6)
        0.5
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr)
        check_betas(betas)
        check_settings(eps=eps, weight_decay=weight_decay)
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """One step along the mean gradient m, measured by its usual size √v."""
        g = decayed(g, w, self.weight_decay)
        (b1, b2), t = self.betas, state.get("t", 0) + 1
        state["t"] = t
        m = remembered(state, "m", w)
        v = remembered(state, "v", w)
        new = np.empty_like(w)
        np.multiply(g, 1 - b1, out=new)  # m = b1 · m + (1 - b1) · g
        m *= b1
        m += new
        np.multiply(g, g, out=new)  # v = b2 · v + (1 - b2) · g²
        new *= 1 - b2
        v *= b2
        v += new
        np.sqrt(v, out=new)  # w - lr · m̂ / (√v̂ + eps), where both means began at 0:
        new *= (1 - b2**t) ** -0.5  # v̂ = v / (1 - b2^t)
        new += self.eps
        np.divide(m, new, out=new)
        new *= -float(self.lr) / (1 - b1**t)  # m̂ = m / (1 - b1^t)
        new += w
        return new


# --8<-- [end:adam]


class AdamW(Adam):
    """Adam with weight decay apart from the gradient: the weights shrink by lr · weight_decay.

    So does PyTorch's. In the paper a schedule multiplies the decay, but the learning rate does not.

    Args:
        params: the tensors to train.
        lr: learning rate.
        betas: how slowly the two running means forget.
        eps: keeps the division finite.
        weight_decay: how fast the weights shrink.

    References:
        I. Loshchilov, F. Hutter (2019). Decoupled weight decay regularization. ICLR.
        arXiv:1711.05101

    Examples:
        >>> w = Tensor([1.0], requires_grad=True)
        >>> AdamW([w], lr=0.5, weight_decay=0.5).step([[0.0]])
        >>> w.item()
        0.75
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(params, lr, betas, eps)
        check_settings(weight_decay=weight_decay)
        self.decay = weight_decay

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """Shrink, then a step of Adam."""
        new = super().updated(w, g, state)
        if self.decay:
            new += np.multiply(w, -float(self.lr) * self.decay)
        return new
