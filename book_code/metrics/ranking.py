"""Ranked lists: whether what a user wants stands near the top.

Every function takes `relevant`, which items each user wants, and `values`, the score that ranks them,
both of shape (users, items), and returns the mean over the users that want anything.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def precision_at_k(relevant: Any, values: Any, k: int) -> float:
    """The share of the k items with the highest scores that are wanted.

    >>> precision_at_k([[1, 0, 1, 0]], [[0.9, 0.8, 0.2, 0.1]], k=2)
    0.5
    """
    hits, _ = _top("precision_at_k", relevant, values, k)
    return float(np.mean((hits > 0).sum(axis=1) / k))


def recall_at_k(relevant: Any, values: Any, k: int) -> float:
    """The share of the wanted items that are among the k with the highest scores.

    >>> recall_at_k([[1, 0, 1, 1]], [[0.9, 0.8, 0.2, 0.1]], k=2).__round__(4)
    0.3333
    """
    hits, _ = _top("recall_at_k", relevant, values, k)
    every, _ = _top("recall_at_k", relevant, values, None)
    return float(np.mean((hits > 0).sum(axis=1) / (every > 0).sum(axis=1)))


def hit_rate_at_k(relevant: Any, values: Any, k: int) -> float:
    """The share of users who find anything that they want among the k items with the highest scores.

    >>> hit_rate_at_k([[1, 0], [0, 1]], [[0.9, 0.1], [0.9, 0.1]], k=1)
    0.5
    """
    hits, _ = _top("hit_rate_at_k", relevant, values, k)
    return float(np.mean(hits.any(axis=1)))


def mean_reciprocal_rank(relevant: Any, values: Any) -> float:
    """The mean of 1 / rank of the first wanted item.

    >>> mean_reciprocal_rank([[0, 1, 0]], [[0.9, 0.8, 0.1]])
    0.5
    """
    hits, _ = _top("mean_reciprocal_rank", relevant, values, None)
    return float(np.mean(1 / (1 + (hits > 0).argmax(axis=1))))


def ndcg_at_k(relevant: Any, values: Any, k: int | None = None) -> float:
    """Normalized discounted cumulative gain: wanted items count less the further down they stand.

    An item at rank r counts 1 / log2(r + 1); the sum is divided by that of the best order.
    Jarvelin and Kekalainen (2002), doi:10.1145/582415.582418; they divide by log2(r) from rank 2 on, the
    discount by log2(r + 1) is the usual one of later work.

    Args:
        relevant: how much each item is wanted, from 0, of shape (users, items); 0 and 1 are usual.
        values: the scores that rank the items, of the same shape.
        k: how many ranks count; all by default.

    Examples:
        >>> ndcg_at_k([[0, 1]], [[0.9, 0.1]]).__round__(4)
        0.6309
    """
    gains, _ = _top("ndcg_at_k", relevant, values, k)
    best, _ = _top("ndcg_at_k", relevant, relevant, k)
    discount = 1 / np.log2(2 + np.arange(gains.shape[1]))
    return float(np.mean((gains @ discount) / (best @ discount)))


def _top(name: str, relevant: Any, values: Any, k: int | None) -> tuple[np.ndarray, np.ndarray]:
    """What each user's best k items are worth, from the highest score, and what all are worth."""
    relevant, values = np.asarray(relevant, np.float64), np.asarray(values, np.float64)
    if relevant.ndim != 2 or relevant.shape != values.shape:
        raise ValueError(
            f"{name} expected relevance and scores of one shape (users, items), got {relevant.shape} "
            f"and {values.shape}; a single user's lists are x[None]"
        )
    if not np.isfinite(values).all() or not (np.isfinite(relevant) & (relevant >= 0)).all():
        raise ValueError(f"{name} expected finite scores and finite relevance from 0")
    k = relevant.shape[1] if k is None else k
    if not 1 <= k <= relevant.shape[1]:
        raise ValueError(f"{name} expected k from 1 to {relevant.shape[1]} items, got {k}")
    users = relevant.sum(axis=1) > 0
    if not users.any():
        raise ValueError(f"{name}: no user wants any item")
    order = np.argsort(-values[users], axis=1, kind="stable")[:, :k]
    return np.take_along_axis(relevant[users], order, axis=1), relevant[users].sum(axis=1)
