"""What happens when a part is covered: Zeiler and Fergus (2013), arXiv:1311.2901, section 4.2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .looking import Target, check_pictures, predict, predicted


# --8<-- [start:occlusion]
def occlusion(
    model: Callable[[np.ndarray], Any],
    x: Any,
    target: Target = None,
    *,
    size: int,
    stride: int = 1,
    fill: float = 0.0,
    probability: bool = False,
) -> np.ndarray:
    """Return how far the score falls when a square is covered, for each place of the square.

    Args:
        model: gives one score a class; it is asked in evaluation mode, and no gradient is needed.
        x: pictures, (N, C, H, W).
        target: the class that is asked about, or one for each picture; by default the one with the highest score.
        size: side of the square.
        stride: how far it moves from place to place.
        fill: the value that covers; the paper's is grey.
        probability: whether the probability is watched instead of the score.

    Returns:
        (N, places down, places across): above 0 where what is covered speaks for the class.

    >>> def brightness_of_the_left_half(x):
    ...     return np.stack([x[:, 0, :, :2].sum(axis=(1, 2)), 0 * x[:, 0, 0, 0]], axis=1)
    >>> occlusion(brightness_of_the_left_half, np.ones((1, 1, 4, 4)), 0, size=2, stride=2)[0].tolist()
    [[4.0, 0.0], [4.0, 0.0]]
    """
    check_pictures("occlusion", x)
    x = np.asarray(x)
    tops, lefts = places(x.shape[2], size, stride), places(x.shape[3], size, stride)
    classes = predicted(model, x, target)
    whole = predict(model, x, classes, probability)  # (N,)
    drops = np.empty((len(x), len(tops), len(lefts)), whole.dtype)
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = x.copy()
            covered[:, :, top : top + size, left : left + size] = fill
            drops[:, i, j] = whole - predict(model, covered, classes, probability)
    return drops


# --8<-- [end:occlusion]


def places(length: int, size: int, stride: int) -> range:
    """Return where a square can begin along a side.

    >>> list(places(7, 3, 2))
    [0, 2, 4]
    """
    if not 1 <= size <= length or stride < 1:
        raise ValueError(
            f"a square of side {size} cannot be moved by {stride} over {length} pixels: take a size from 1 "
            f"to {length}, and a stride of at least 1"
        )
    return range(0, length - size + 1, stride)
