"""Penalties on weights, to be added to a loss, and a projection that keeps them short.

Weight decay of an optimizer does the same as :func:`l2` for SGD and, on purpose, not for AdamW.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from book_code.autodiff import Tensor


# --8<-- [start:penalties]
def l1(params: Tensor | Iterable[Tensor], strength: float) -> Tensor:
    """strength · Σ |w|: many weights end at exactly, or nearly, 0.

    References:
        R. Tibshirani (1996). Regression shrinkage and selection via the lasso. Journal of the Royal
        Statistical Society B 58(1).

    Examples:
        >>> l1([Tensor([3.0, -4.0])], 0.5)
        Tensor(3.5)
    """
    return _total("l1", params, strength, lambda w: w.abs().sum())


def l2(params: Tensor | Iterable[Tensor], strength: float) -> Tensor:
    """½ · strength · Σ w²: its gradient is strength · w, so every step shrinks the weights a little.

    References:
        A. Krogh, J. Hertz (1991). A simple weight decay can improve generalization. NeurIPS.

    Examples:
        >>> l2([Tensor([3.0, -4.0])], 0.5)
        Tensor(6.25)
    """
    return _total("l2", params, strength, lambda w: 0.5 * (w * w).sum())


def elastic_net(
    params: Tensor | Iterable[Tensor], strength: float, ratio: float = 0.5
) -> Tensor:
    """A mixture: the share ``ratio`` of :func:`l1`, the rest of :func:`l2`.

    References:
        H. Zou, T. Hastie (2005). Regularization and variable selection via the elastic net. Journal
        of the Royal Statistical Society B 67(2).

    Examples:
        >>> elastic_net([Tensor([3.0, -4.0])], 0.5, ratio=0.2)
        Tensor(5.7)
    """
    if not 0 <= ratio <= 1:
        raise ValueError(f"elastic_net expected a ratio from 0 to 1, got {ratio}")
    params = [params] if isinstance(params, Tensor) else list(params)
    return l1(params, strength * ratio) + l2(params, strength * (1 - ratio))


def orthogonal(params: Tensor | Iterable[Tensor], strength: float) -> Tensor:
    """strength · Σ ‖W Wᵀ - 1‖²: rows of every weight become orthonormal (columns, if those are fewer).

    Axes after the first are taken as one; what is no matrix (biases) is left out.

    References:
        A. Brock et al. (2017). Neural photo editing with introspective adversarial networks. ICLR.
        arXiv:1609.07093, with absolute values; squared as in A. Brock, J. Donahue, K. Simonyan (2019).
        Large scale GAN training for high fidelity natural image synthesis. ICLR. arXiv:1809.11096

    Examples:
        >>> orthogonal([Tensor([[2.0, 0.0], [0.0, 1.0]])], 1.0)
        Tensor(9.)
    """
    params = [params] if isinstance(params, Tensor) else list(params)
    matrices = [w.reshape(len(w), -1) for w in params if w.ndim > 1]
    if not matrices:
        raise ValueError("orthogonal expected at least one weight with two axes, got none")

    def distance(w: Tensor) -> Tensor:
        gram = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
        return ((gram - np.eye(len(gram), dtype=w.dtype)) ** 2).sum()

    return _total("orthogonal", matrices, strength, distance)


# --8<-- [end:penalties]


# --8<-- [start:max_norm]
def max_norm(params: Tensor | Iterable[Tensor], limit: float) -> None:
    """Scale back to ``limit`` what comes into a unit where it is longer: call it after each step.

    A unit's weights are a row of a linear layer, or a filter. What has only one axis (biases) is
    left alone. The gradients stay.

    References:
        N. Srivastava et al. (2014). Dropout: a simple way to prevent neural networks from
        overfitting. JMLR 15, section 5.1

    Examples:
        >>> w = Tensor([[3.0, 4.0], [0.3, 0.4]], requires_grad=True)
        >>> max_norm([w], 1.0)
        >>> w.data.round(3).tolist()
        [[0.6, 0.8], [0.3, 0.4]]
    """
    if not limit > 0:
        raise ValueError(f"max_norm expected a limit above 0, got {limit}")
    for w in [params] if isinstance(params, Tensor) else params:
        if w.ndim > 1:
            axes = tuple(range(1, w.ndim))
            lengths = np.sqrt(np.square(w.data).sum(axis=axes, keepdims=True))
            w.data = w.data * (limit / np.maximum(lengths, limit))


# --8<-- [end:max_norm]


def _total(name: str, params: Any, strength: float, penalty: Any) -> Tensor:
    params = [params] if isinstance(params, Tensor) else list(params)
    if not params:
        raise ValueError(f"{name} was given no parameters")
    if not strength >= 0:
        raise ValueError(f"{name} expected a strength that is not negative, got {strength}")
    total = penalty(params[0])
    for w in params[1:]:
        total = total + penalty(w)
    return total * strength
