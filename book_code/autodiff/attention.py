"""Scaled dot-product attention: every query takes a weighted mean of the values whose keys are like it.

Vaswani et al. (2017), Attention Is All You Need, arXiv:1706.03762, equation 1.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from book_code.autodiff.engine import as_tensors
from book_code.autodiff.ops import exp, where
from book_code.autodiff.tensor import Tensor


# --8<-- [start:attention]
def scaled_dot_product_attention(
    q: Any, k: Any, v: Any, mask: Any = None, causal: bool = False, scale: float | None = None
) -> Tensor:
    """softmax(q kᵀ · scale) v.

    Args:
        q: queries.
        k: keys.
        v: values, one for each key.
        mask: booleans, True where a query may look at a key; or numbers that are added to the scores. It must
            broadcast to (..., T, S).
        causal: whether query t may look at keys 0 to t only.
        scale: 1 / √D by default.

    Shape:
        q (..., T, D), k (..., S, D), v (..., S, E) -> (..., T, E)

    Returns:
        The weighted means. A query that may look at nothing gets zeros.

    Examples:
        >>> q = k = Tensor([[1.0, 0.0], [0.0, 1.0]])
        >>> scaled_dot_product_attention(q, k, [[1.0], [3.0]], causal=True)[0]
        Tensor([1.])
    """
    weights = attention_weights(q, k, mask, causal, scale)  # (..., T, S)
    weights, v = as_tensors((weights, v))
    if v.ndim < 2 or v.shape[-2] != weights.shape[-1]:
        raise ValueError(
            f"attention expected a value for each of the {weights.shape[-1]} keys, got {v.shape}"
        )
    return weights @ v  # (..., T, E)


def attention_weights(
    q: Any, k: Any, mask: Any = None, causal: bool = False, scale: float | None = None
) -> Tensor:
    """softmax(q kᵀ · scale): how much each query takes of each key's value, (..., T, S).

    >>> attention_weights(Tensor([[0.0]]), Tensor([[1.0], [2.0]]))
    Tensor([[0.5, 0.5]])
    """
    q, k = as_tensors((q, k))
    if q.ndim < 2 or k.ndim < 2 or q.shape[-1] != k.shape[-1]:
        raise ValueError(
            f"attention expected queries (..., T, D) and keys (..., S, D), got {q.shape} and {k.shape}"
        )
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    scores = (q * scale) @ k.transpose(
        *range(k.ndim - 2), k.ndim - 1, k.ndim - 2
    )  # (..., T, S)
    return masked_softmax(scores, _combined(mask, causal, scores))


def masked_softmax(scores: Tensor, mask: Any) -> Tensor:
    """Softmax over the last axis, of the entries that a mask lets through; a row without any is 0.

    Args:
        scores: any numbers.
        mask: booleans, True for what counts; numbers that are added; or None.

    Examples:
        >>> masked_softmax(Tensor([[1.0, 1.0, 7.0]]), np.array([True, True, False]))
        Tensor([[0.5, 0.5, 0. ]])
    """
    if mask is not None:
        kind = mask.dtype.kind
        scores = where(mask, scores, -np.inf) if kind == "b" else scores + mask
    highest = scores.data.max(axis=-1, keepdims=True, initial=-np.inf)
    powers = exp(scores - np.where(np.isfinite(highest), highest, 0))
    total = powers.sum(axis=-1, keepdims=True)
    return powers / (total + (total.data == 0))


# --8<-- [end:attention]


def _combined(mask: Any, causal: bool, scores: Tensor) -> Any:
    """One mask out of the caller's and the causal one: booleans or numbers, or None."""
    queries, keys = scores.shape[-2:]
    earlier = np.tri(queries, keys, dtype=bool) if causal else None
    if mask is None:
        return earlier
    mask = mask if isinstance(mask, Tensor) else np.asarray(mask)
    if mask.dtype.kind not in "bf":
        raise TypeError(
            f"attention expected a mask of booleans (True: may be looked at) or of numbers to add, "
            f"got {mask.dtype}"
        )
    try:
        fits = np.broadcast_shapes(mask.shape, scores.shape) == scores.shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"attention expected a mask for scores of {scores.shape}, got {mask.shape}"
        )
    if earlier is None:
        return mask
    if mask.dtype.kind == "b":
        return mask & earlier if isinstance(mask, np.ndarray) else mask.data & earlier
    return mask + np.where(earlier, 0, -np.inf).astype(scores.dtype)
