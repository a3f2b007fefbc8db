"""Losses between distributions: Kullback-Leibler divergences."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.autodiff.engine import as_tensors
from book_code.losses._checks import of_same_shape


# --8<-- [start:kl]
def kl_divergence(log_p: Any, log_q: Any) -> Tensor:
    """KL(p ‖ q) = Σ p · (log p - log q): what it costs to take q for p. Not the same both ways.

    Both are **logarithms** of probabilities over the last axis, as ``log_softmax`` gives them. An
    event with p = 0 costs nothing, one with q = 0 and p > 0 costs infinitely much. (PyTorch writes
    it ``kl_div(log_q, log_p, log_target=True, reduction="batchmean")``.)

    Args:
        log_p: logarithms of the probabilities that hold.
        log_q: logarithms of those that stand in for them, of the same shape.

    Shape:
        both (..., C); summed over C, mean over all else

    References:
        S. Kullback, R. Leibler (1951). On information and sufficiency. Annals of Mathematical
        Statistics 22(1).

    Examples:
        >>> p, q = np.log([[0.5, 0.5]]), np.log([[0.25, 0.75]])
        >>> round(kl_divergence(p, q).item(), 4), round(kl_divergence(q, p).item(), 4)
        (0.1438, 0.1308)
    """
    log_p, log_q = of_same_shape("kl_divergence", *as_tensors((log_p, log_q)))
    for name, log in (("p", log_p), ("q", log_q)):
        if log.ndim == 0 or log.data.max() > 1e-3:
            raise ValueError(
                f"kl_divergence expected logarithms of probabilities (at most 0) for {name}, "
                f"got up to {log.data.max():g}; write log_softmax(scores) or np.log(p)"
            )
    possible = log_p.data > -np.inf
    gap = F.where(possible, log_p, 0.0) - F.where(possible, log_q, 0.0)
    return (F.exp(log_p) * gap).sum(axis=-1).mean()


# --8<-- [end:kl]


# --8<-- [start:kl_standard_normal]
def kl_standard_normal(mean: Any, log_variance: Any) -> Tensor:
    """KL(N(mean, variance) ‖ N(0, 1)), entry by entry: what a VAE pays for its codes.

    It is ½ (mean² + variance - 1 - log variance), summed over the last axis.

    Args:
        mean: the means of the codes.
        log_variance: the logarithms of their variances, of the same shape.

    Shape:
        both (..., D); summed over D, mean over all else

    References:
        D. Kingma, M. Welling (2014). Auto-encoding variational Bayes. ICLR. arXiv:1312.6114,
        appendix B

    Examples:
        >>> kl_standard_normal(Tensor([[1.0, 0.0]]), [[0.0, 0.0]])
        Tensor(0.5)
    """
    mean, log_variance = of_same_shape("kl_standard_normal", *as_tensors((mean, log_variance)))
    if mean.ndim == 0:
        raise ValueError("kl_standard_normal expected codes of shape (..., D), got one number")
    terms = mean**2 + F.exp(log_variance) - 1 - log_variance
    return 0.5 * terms.sum(axis=-1).mean()


# --8<-- [end:kl_standard_normal]
