"""Optimizers, with PyTorch's meaning of every setting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from book_code.autodiff import Tensor


class Optimizer:
    """What optimizers have in common: the parameters, and where gradients are read from.

    Args:
        params: the tensors to train, such as ``model.parameters()``.
        lr: learning rate; may be changed between steps.
    """

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        self.params = [params] if isinstance(params, Tensor) else list(params)
        if not self.params:
            raise ValueError("the optimizer was given no parameters")
        for i, p in enumerate(self.params):
            if not isinstance(p, Tensor):
                raise TypeError(f"parameters are Tensors, got {type(p).__name__} at place {i}")
            if p.record is not None:
                raise ValueError(
                    f"the tensor at place {i} is the result of {p.op}, not a parameter: "
                    "changing it would change nothing"
                )
        if len({id(p) for p in self.params}) < len(self.params):
            raise ValueError("a parameter is there twice, and would take every step twice")
        if lr < 0:
            raise ValueError(f"the learning rate must not be negative, got {lr}")
        self.lr = lr
        self.state: list[dict[str, Any]] = [{} for _ in self.params]

    def zero_grad(self) -> None:
        """Forget all gradients, so that the next backward() starts afresh."""
        for p in self.params:
            p.grad = None

    def step(self, grads: Sequence[Any] | None = None) -> None:
        """Change every parameter once.

        Args:
            grads: a gradient for each parameter, such as ``grad(loss, params)`` returns; when None,
                what ``backward()`` left in ``grad`` (a parameter without one stays as it is).
        """
        given = [p.grad for p in self.params] if grads is None else list(grads)
        if len(given) != len(self.params):
            raise ValueError(f"expected {len(self.params)} gradients, got {len(given)}")
        for p, g, state in zip(self.params, given, self.state, strict=True):
            if g is None:
                continue
            g = g.data if isinstance(g, Tensor) else np.asarray(g, dtype=p.dtype)
            if g.shape != p.shape:
                raise ValueError(
                    f"a parameter of shape {p.shape} got a gradient of shape {g.shape}"
                )
            p.data = self.updated(p.data, g, state)

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """The new value of a parameter ``w`` with gradient ``g``; ``state`` is kept between steps."""
        raise NotImplementedError


# --8<-- [start:sgd]
class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if wanted.

    Args:
        params: the tensors to train.
        lr: learning rate.
        momentum: how much of the last step's direction is kept.
        nesterov: look ahead along the momentum.
        weight_decay: adds this multiple of the weights to their gradients.

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
        if momentum < 0 or weight_decay < 0:
            raise ValueError("momentum and weight_decay must not be negative")
        if nesterov and momentum == 0:
            raise ValueError("nesterov needs a momentum above 0")
        self.momentum, self.nesterov, self.weight_decay = momentum, nesterov, weight_decay

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """One step down the slope."""
        if self.weight_decay:
            g = g + self.weight_decay * w
        if self.momentum:
            velocity = self.momentum * state["velocity"] + g if state else g
            state["velocity"] = velocity
            g = g + self.momentum * velocity if self.nesterov else velocity
        return w - self.lr * g


# --8<-- [end:sgd]


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
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"betas must lie between 0 and 1, got {betas}")
        if eps < 0 or weight_decay < 0:
            raise ValueError("eps and weight_decay must not be negative")
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """One step along the mean gradient, measured by its usual size."""
        if self.weight_decay:
            g = g + self.weight_decay * w
        (b1, b2), t = self.betas, state.get("t", 0) + 1
        m = b1 * state.get("m", 0) + (1 - b1) * g
        v = b2 * state.get("v", 0) + (1 - b2) * g * g
        state.update(t=t, m=m, v=v)
        return w - self.lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + self.eps)


# --8<-- [end:adam]


class AdamW(Adam):
    """Adam with weight decay apart from the gradient: the weights shrink by lr · weight_decay.

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
        if weight_decay < 0:
            raise ValueError("weight_decay must not be negative")
        self.decay = weight_decay

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """Shrink, then a step of Adam."""
        return super().updated(w - self.lr * self.decay * w, g, state)
