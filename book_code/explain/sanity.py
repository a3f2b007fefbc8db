"""Does an explanation depend on what was learned? Adebayo et al. (2018), Sanity Checks for Saliency Maps,
arXiv:1810.03292.

Weights are shuffled from the last layer down to the first; an explanation that stays the same does not explain the
model. The functions take and give state dicts of arrays, so that they serve both back ends. Deviation from the paper:
weights are shuffled within their array, not drawn anew, so that their sizes stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from ..names import unknown

State = dict[str, np.ndarray]
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


# --8<-- [start:sanity]
def shuffled(
    state: Mapping[str, np.ndarray], layers: Iterable[str], *, rng: np.random.Generator
) -> State:
    """Return a state in which the weights of some layers stand in another order; the rest is copied.

    Args:
        state: what `model.state_dict()` gave.
        layers: dotted names; what is below a layer belongs to it.
        rng: draws the orders.

    >>> state = {"fc.weight": np.arange(4.0), "fc.bias": np.zeros(1), "head.weight": np.arange(2.0)}
    >>> new = shuffled(state, ["fc"], rng=np.random.default_rng(0))
    >>> new["fc.weight"].tolist(), new["head.weight"].tolist()
    ([2.0, 0.0, 1.0, 3.0], [0.0, 1.0])
    """
    new = {name: np.array(value) for name, value in state.items()}
    for layer in layers:
        mine = [name for name in new if name.startswith(f"{layer}.")]
        if not mine:
            raise ValueError(unknown("layer with weights", layer, layers_of(state)))
        for name in mine:
            if not name.endswith(STATISTICS):
                flat = rng.permutation(new[name].reshape(-1))
                new[name] = flat.reshape(new[name].shape)
    return new


def cascade(
    state: Mapping[str, np.ndarray], *, rng: np.random.Generator
) -> Iterator[tuple[str, State]]:
    """Yield the last layer and the state without what it has learned, then the one before it as well, and so on.

    >>> state = {"conv.weight": np.arange(9.0), "fc.weight": np.arange(4.0)}
    >>> [name for name, _ in cascade(state, rng=np.random.default_rng(0))]
    ['fc', 'conv']
    """
    new = dict(state)
    for layer in reversed(layers_of(state)):
        new = shuffled(new, [layer], rng=rng)
        yield layer, new


# --8<-- [end:sanity]


def layers_of(state: Mapping[str, np.ndarray]) -> list[str]:
    """Return the names of the layers that have weights, in the order of the model.

    >>> layers_of({"conv.weight": np.zeros(1), "conv.bias": np.zeros(1), "norm.running_var": np.zeros(1)})
    ['conv']
    """
    names = [name for name in state if not name.endswith(STATISTICS) and "." in name]
    return list(dict.fromkeys(name.rpartition(".")[0] for name in names))


def rank_correlation(first: Any, second: Any) -> float:
    """Return how alike two maps order the pixels: 1 the same, 0 unrelated, -1 the opposite (Spearman).

    >>> rank_correlation([[1.0, 2.0], [3.0, 9.0]], [[0.0, 0.1], [0.2, 0.3]])
    1.0
    """
    first, second = np.asarray(first), np.asarray(second)
    if first.shape != second.shape or first.size < 2:
        raise ValueError(
            f"rank_correlation expected two maps of one shape, got {first.shape} and {second.shape}"
        )
    a, b = (_ranks(map_.reshape(-1)) for map_ in (first, second))
    a, b = a - a.mean(), b - b.mean()
    if not a.any() or not b.any():
        raise ValueError("rank_correlation: a map that is the same everywhere orders nothing")
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def _ranks(values: np.ndarray) -> np.ndarray:
    """The place of each value in order; equal ones share the mean of their places."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count - 1) / 2)[place]
