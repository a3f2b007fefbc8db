"""Scaled dot-product attention: every query takes a weighted mean of the values whose keys are like it.

Vaswani et al. (2017), Attention Is All You Need, arXiv:1706.03762, equation 1.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from book_code.autodiff.engine import as_tensors
from book_code.autodiff.fused import fused
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
    q, k, v = as_tensors((q, k, v))
    shape, scale = _check(q, k, scale)
    if v.ndim < 2 or v.shape[-2] != shape[-1]:
        raise ValueError(
            f"attention expected a value for each of the {shape[-1]} keys, got {v.shape}"
        )
    mask = _combined(mask, causal, shape, q.dtype)
    if mask is None or mask.dtype.kind == "b":
        return _at_one_go(q, k, v, None, allowed=mask, scale=scale)
    return _at_one_go(q, k, v, mask, allowed=None, scale=scale)


def plain_attention(
    q: Tensor, k: Tensor, v: Tensor, added: Any, allowed: Any, scale: float
) -> Tensor:
    """The definition, with a mask of numbers to add or of booleans."""
    scores = (q * scale) @ k.transpose(
        *range(k.ndim - 2), k.ndim - 1, k.ndim - 2
    )  # (..., T, S)
    return masked_softmax(scores, allowed if added is None else added) @ v  # (..., T, E)


@fused(plain_attention)
def _at_one_go(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, added: Any, *, allowed: Any, scale: float
) -> tuple[np.ndarray, Any]:
    scores = (q * scale) @ k.swapaxes(-1, -2)
    if added is not None:
        scores += added
    if allowed is not None:
        np.copyto(scores, -np.inf, where=~allowed)
    highest = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    scores -= np.where(np.isfinite(highest), highest, 0)
    weights = np.exp(scores, out=scores)
    total = weights.sum(axis=-1, keepdims=True)
    weights /= total + (total == 0)

    def backward(g: np.ndarray) -> tuple[Any, ...]:
        to_scores = g @ v.swapaxes(-1, -2)
        to_scores -= np.einsum("...ij,...ij->...i", to_scores, weights)[..., None]
        to_scores *= weights
        return (
            lambda: (to_scores @ k) * scale,
            lambda: (to_scores.swapaxes(-1, -2) @ q) * scale,
            lambda: weights.swapaxes(-1, -2) @ g,
            to_scores,
        )

    return weights @ v, backward


def attention_weights(
    q: Any, k: Any, mask: Any = None, causal: bool = False, scale: float | None = None
) -> Tensor:
    """softmax(q kᵀ · scale): how much each query takes of each key's value, (..., T, S).

    >>> attention_weights(Tensor([[0.0]]), Tensor([[1.0], [2.0]]))
    Tensor([[0.5, 0.5]])
    """
    q, k = as_tensors((q, k))
    shape, scale = _check(q, k, scale)
    scores = (q * scale) @ k.transpose(*range(k.ndim - 2), k.ndim - 1, k.ndim - 2)
    return masked_softmax(scores, _combined(mask, causal, shape, q.dtype))  # (..., T, S)


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


def _check(q: Tensor, k: Tensor, scale: float | None) -> tuple[tuple[int, ...], float]:
    """The shape of the scores, (..., T, S), and their scale."""
    if q.ndim < 2 or k.ndim < 2 or q.shape[-1] != k.shape[-1]:
        raise ValueError(
            f"attention expected queries (..., T, D) and keys (..., S, D), got {q.shape} and {k.shape}"
        )
    batch = np.broadcast_shapes(q.shape[:-2], k.shape[:-2])
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    return (*batch, q.shape[-2], k.shape[-2]), scale


def _combined(mask: Any, causal: bool, shape: tuple[int, ...], dtype: Any) -> Any:
    """One mask out of the caller's and the causal one: booleans or numbers, or None."""
    queries, keys = shape[-2:]
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
        fits = np.broadcast_shapes(mask.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"attention expected a mask for scores of {shape}, got {mask.shape}")
    if mask.dtype.kind == "b":
        mask = mask.data if isinstance(mask, Tensor) else mask
        return mask if earlier is None else mask & earlier
    return mask if earlier is None else mask + np.where(earlier, 0, -np.inf).astype(dtype)
