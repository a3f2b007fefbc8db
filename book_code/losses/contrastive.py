"""Losses between embeddings: what belongs together comes close, the rest is pushed apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.losses._checks import embeddings, positive
from book_code.losses.classification import cross_entropy


# --8<-- [start:contrastive]
def contrastive(one: Any, other: Any, same: Any, margin: float = 1.0) -> Tensor:
    """Half the squared distance of pairs that belong together; others are pushed out to a margin.

    Args:
        one: an embedding of the first of each pair.
        other: an embedding of the second.
        same: for each pair, whether it belongs together (the paper's Y is the opposite).
        margin: the distance from which on strangers do not mind each other.

    Shape:
        one, other (N, D), same (N,) of 0 and 1

    References:
        R. Hadsell, S. Chopra, Y. LeCun (2006). Dimensionality reduction by learning an invariant
        mapping. CVPR.

    Examples:
        >>> contrastive([[0.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [0.3, 0.4]], [1, 0])
        Tensor(6.3125)
    """
    positive("contrastive", margin=margin)
    one, other = embeddings("contrastive", one, other)
    same = np.asarray(same)
    if same.shape != one.shape[:1] or not np.all((same == 0) | (same == 1)):
        raise ValueError(
            f"contrastive expected 1 (same) or 0 for each of {len(one)} pairs, "
            f"got an array of shape {same.shape}"
        )
    squares = ((one - other) ** 2).sum(axis=1)  # N
    apart = F.relu(margin - _root(squares)) ** 2
    return 0.5 * F.where(same == 1, squares, apart).mean()


# --8<-- [end:contrastive]


# --8<-- [start:triplet]
def triplet(
    anchor: Any, positive_: Any, negative: Any, margin: float = 1.0, eps: float = 1e-6
) -> Tensor:
    """The right one has to be nearer to the anchor than the wrong one, by a margin.

    As in PyTorch ``eps`` is added to the differences, so that the distance of equal vectors has a
    gradient.

    Args:
        anchor: embeddings.
        positive_: embeddings of others of the same kind.
        negative: embeddings of others of another kind.
        margin: how much nearer.
        eps: added to each difference.

    Shape:
        all (N, D)

    References:
        F. Schroff, D. Kalenichenko, J. Philbin (2015). FaceNet: a unified embedding for face
        recognition and clustering. CVPR. arXiv:1503.03832

    Examples:
        >>> triplet([[0.0]], [[1.0]], [[1.5]], eps=0.0)
        Tensor(0.5)
    """
    positive("triplet", margin=margin)
    anchor, near, far = embeddings("triplet", anchor, positive_, negative)
    near, far = (_root(((anchor - x + eps) ** 2).sum(axis=1)) for x in (near, far))
    return F.relu(near - far + margin).mean()


# --8<-- [end:triplet]


# --8<-- [start:info_nce]
def info_nce(queries: Any, keys: Any, temperature: float = 0.1) -> Tensor:
    """Each query has to find its own key among those of the whole batch, by the cosine.

    Args:
        queries: embeddings.
        keys: embeddings of the partners, in the same order.
        temperature: what cosines are divided by; the smaller, the more the nearest strangers count.

    Shape:
        both (N, D)

    References:
        A. van den Oord, Y. Li, O. Vinyals (2018). Representation learning with contrastive
        predictive coding. arXiv:1807.03748

    Examples:
        >>> round(info_nce(np.eye(2), np.eye(2), temperature=1.0).item(), 4)
        0.3133
    """
    positive("info_nce", temperature=temperature)
    queries, keys = embeddings("info_nce", queries, keys)
    cosines = _unit(queries) @ _unit(keys).T  # N N
    return cross_entropy(cosines / temperature, np.arange(len(queries)))


# --8<-- [end:info_nce]


# --8<-- [start:nt_xent]
def nt_xent(one: Any, other: Any, temperature: float = 0.5) -> Tensor:
    """Each of 2N views has to find its partner among the 2N - 1 others, by the cosine: SimCLR's loss.

    Args:
        one: embeddings of one view of each example.
        other: embeddings of another view, in the same order.
        temperature: what cosines are divided by.

    Shape:
        both (N, D)

    References:
        T. Chen et al. (2020). A simple framework for contrastive learning of visual
        representations. ICML. arXiv:2002.05709

    Examples:
        >>> round(nt_xent(np.eye(2), np.eye(2), temperature=1.0).item(), 4)
        0.5514
    """
    positive("nt_xent", temperature=temperature)
    one, other = (_unit(x) for x in embeddings("nt_xent", one, other))
    n = len(one)
    near, across = one @ one.T / temperature, one @ other.T / temperature  # N N
    far = other @ other.T / temperature
    itself = np.eye(n, dtype=bool)  # a view is no partner of its own
    near, far = (F.where(itself, -np.inf, x) for x in (near, far))
    partners = np.arange(n)
    return 0.5 * (
        cross_entropy(_beside(across, near), partners)
        + cross_entropy(_beside(across.T, far), partners)
    )


# --8<-- [end:nt_xent]


def _beside(a: Tensor, b: Tensor) -> Tensor:
    return F.concatenate([a, b], axis=1)


def _root(squares: Tensor) -> Tensor:
    """The square root, whose gradient at 0 is taken to be 0."""
    zero = squares.data == 0
    return F.where(zero, 0.0, F.where(zero, 1.0, squares).sqrt())


def _unit(x: Tensor) -> Tensor:
    """Every row divided by its length (a row of zeros stays one)."""
    length = _root((x * x).sum(axis=1, keepdims=True))
    return x / F.where(length.data == 0, 1.0, length)
