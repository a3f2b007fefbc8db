"""Fewer weights: LeCun et al. (1990), Optimal Brain Damage; by magnitude: Han et al. (2015), arXiv:1506.02626.

The functions take and give state dicts of arrays, so that they serve both back ends: prune `model.state_dict()`, load the
result, train on, and put the zeros back after each step with :func:`apply_masks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

State = Mapping[str, np.ndarray]
Masks = dict[str, np.ndarray]


# --8<-- [start:magnitude]
def magnitude_masks(
    state: State, share: float, *, names: Iterable[str] | None = None, by_layer: bool = False
) -> Masks:
    """Mark the weights that stay when those of the smallest magnitude go.

    Args:
        state: a state dict.
        share: the share that goes, from 0 to below 1; rounded to whole weights.
        names: the arrays to prune; by default all of two or more axes (weights, not biases or norms).
        by_layer: whether each array loses that share of its own; otherwise all are compared with one another.

    Returns:
        For each name an array of booleans, True where the weight stays.

    Raises:
        ValueError: for a share out of range, or a name that the state does not have.

    >>> state = {"a.weight": np.array([[1.0, -5.0]]), "b.weight": np.array([[3.0, 0.1]])}
    >>> {k: v.tolist() for k, v in magnitude_masks(state, 0.5).items()}
    {'a.weight': [[False, True]], 'b.weight': [[True, False]]}
    """
    chosen = _chosen(state, share, names)
    if by_layer:
        return {
            name: _largest(chosen[name].reshape(-1), share).reshape(chosen[name].shape)
            for name in chosen
        }
    kept = _largest(np.concatenate([array.reshape(-1) for array in chosen.values()]), share)
    ends = np.cumsum([array.size for array in chosen.values()])[:-1]
    parts = zip(chosen, np.split(kept, ends), strict=True)
    return {name: part.reshape(chosen[name].shape) for name, part in parts}


def _largest(values: np.ndarray, share: float) -> np.ndarray:
    """True for all but the share with the smallest magnitude; of equal ones the first go."""
    stays = np.ones(values.size, bool)
    stays[np.argsort(np.abs(values), kind="stable")[: round(share * values.size)]] = False
    return stays


# --8<-- [end:magnitude]


# --8<-- [start:filters]
def filter_masks(state: State, share: float, *, names: Iterable[str] | None = None) -> Masks:
    """Mark the filters that stay when those of the smallest sum of magnitudes go, in each layer by itself.

    Whole filters (or rows) that are zero can be left out of a dense network; single zeros cannot.
    Li et al. (2016), Pruning Filters for Efficient ConvNets, arXiv:1608.08710.

    Args:
        state: a state dict.
        share: the share of each layer's filters that goes, from 0 to below 1.
        names: the arrays to prune; by default all of two or more axes.

    >>> filter_masks({"weight": np.array([[1.0, 1.0], [0.0, 3.0]])}, 0.5)["weight"].tolist()
    [[False, False], [True, True]]
    """
    masks = {}
    for name, array in _chosen(state, share, names).items():
        rows = np.abs(array).reshape(len(array), -1).sum(axis=1)
        stays = _largest(rows, share).reshape(-1, *[1] * (array.ndim - 1))
        masks[name] = np.broadcast_to(stays, array.shape).copy()
    return masks


# --8<-- [end:filters]


def apply_masks(state: State, masks: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the state with zeros where a mask says so.

    >>> apply_masks({"w": np.array([1.0, 2.0])}, {"w": np.array([True, False])})["w"].tolist()
    [1.0, 0.0]
    """
    for name, mask in masks.items():
        if name not in state or state[name].shape != mask.shape:
            found = state[name].shape if name in state else "nothing"
            raise ValueError(
                f"the mask of {name!r} has shape {mask.shape}, the state has {found}"
            )
    return {
        k: np.where(masks[k], v, v.dtype.type(0)) if k in masks else v for k, v in state.items()
    }


def sparsity(state: State) -> float:
    """Return the share of zeros among all numbers of a state dict.

    >>> sparsity({"w": np.array([1.0, 0.0, 0.0, 2.0])})
    0.5
    """
    zeros = sum(int(np.sum(np.asarray(v) == 0)) for v in state.values())
    return zeros / max(1, sum(np.asarray(v).size for v in state.values()))


def _chosen(state: State, share: float, names: Iterable[str] | None) -> dict[str, np.ndarray]:
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 to below 1, got {share}")
    chosen = [n for n, v in state.items() if np.ndim(v) >= 2] if names is None else list(names)
    if unknown := [name for name in chosen if name not in state]:
        raise ValueError(f"the state has no {', '.join(unknown)}; it has {', '.join(state)}")
    if not chosen:
        raise ValueError("there is nothing to prune: no array of two or more axes")
    return {name: np.asarray(state[name]) for name in chosen}
