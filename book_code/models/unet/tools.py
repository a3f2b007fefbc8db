"""What U-Net's users need beside the network: weights between touching cells, and pictures of any size by tiles.

    code          paper (sections 2 and 3)
    weight_map    w(x) = w_c(x) + w_0 exp(-(d_1(x) + d_2(x))² / 2σ²)      equation 2
    by_tiles      the overlap-tile strategy of figure 2

Everything is in NumPy and serves both back ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from .config import UNetConfig


# --8<-- [start:weights]
def weight_map(cells: Any, w0: float = 10.0, sigma: float = 5.0) -> np.ndarray:
    """Return how much each pixel counts: both classes the same in all, and the gaps between cells more.

    The second term of equation 2 is taken for the background only, which is where the gaps are.

    Args:
        cells: 0 for the background, and another number for each cell, (H, W).
        w0: how much the narrowest gap counts beside the rest.
        sigma: how wide, in pixels, a gap may be to count.

    Returns:
        (H, W), float64.

    >>> weight_map([[1, 0, 2, 2]], w0=10.0, sigma=1.0).round(2).tolist()
    [[0.67, 3.35, 0.67, 0.67]]
    """
    cells = np.asarray(cells)
    if cells.ndim != 2 or cells.dtype.kind not in "iu":
        raise ValueError(
            f"weight_map expected the number of its cell for each pixel, (H, W); got {cells.dtype} {cells.shape}"
        )
    inside = cells > 0
    share = inside.mean()
    weights = np.ones(cells.shape)
    if 0 < share < 1:
        weights = np.where(inside, 0.5 / share, 0.5 / (1 - share))
    if not sigma > 0:
        raise ValueError(f"weight_map expected a sigma above 0, got {sigma}")
    each = [distance_to(cells == cell) for cell in np.unique(cells[inside])]
    if len(each) > 1:
        nearest, second = np.sort(each, axis=0)[:2]
        gap = w0 * np.exp(-((nearest + second) ** 2) / (2 * sigma**2))
        weights = weights + np.where(inside, 0, gap)
    return weights


def distance_to(mask: np.ndarray) -> np.ndarray:
    """Return how far each pixel is from the nearest one of a mask, in pixels: first along rows, then across them.

    >>> distance_to(np.array([[True, False], [False, False]])).round(3).tolist()
    [[0.0, 1.0], [1.0, 1.414]]
    """
    height, width = mask.shape
    place = np.arange(width)
    left = np.maximum.accumulate(np.where(mask, place, -np.inf), axis=1)
    right = np.minimum.accumulate(np.where(mask, place, np.inf)[:, ::-1], axis=1)[:, ::-1]
    along = np.minimum(place - left, right - place) ** 2  # (H, W): within the row
    rows = np.arange(height)[:, None]
    best = np.full((height, width), np.inf)
    for row in range(height):
        best = np.minimum(best, (rows - row) ** 2 + along[row])
    return np.sqrt(best)


# --8<-- [end:weights]


# --8<-- [start:tiles]
def by_tiles(predict: Callable[[np.ndarray], Any], x: Any, config: UNetConfig) -> np.ndarray:
    """Return the logits of pictures of any size, tile by tile; what lies outside the picture is its mirror image.

    Args:
        predict: the network, from tiles (N, C, image_size, image_size) to logits, as arrays or our tensors.
        x: pictures, (N, C, H, W).
        config: of the network.

    Returns:
        (N, K, H, W)
    """
    x = np.asarray(x)
    if x.ndim != 4 or x.shape[1] != config.in_channels or 0 in x.shape:
        raise ValueError(
            f"by_tiles expected pictures of shape (N, {config.in_channels}, H, W), got {x.shape}"
        )
    height, width = x.shape[2:]
    step, margin = config.output_size, (config.image_size - config.output_size) // 2
    down, across = (-(-side // step) for side in (height, width))  # how many tiles
    after = (margin + down * step - height, margin + across * step - width)
    mode: Literal["reflect", "edge"] = "reflect" if min(height, width) > 1 else "edge"
    wide = np.pad(x, ((0, 0), (0, 0), (margin, after[0]), (margin, after[1])), mode=mode)
    rows = []
    for i in range(down):
        tiles = [_tile(wide, i * step, j * step, config.image_size) for j in range(across)]
        rows.append(np.concatenate([_array(predict(tile)) for tile in tiles], axis=3))
    return np.concatenate(rows, axis=2)[:, :, :height, :width]


def _tile(x: np.ndarray, top: int, left: int, size: int) -> np.ndarray:
    return x[:, :, top : top + size, left : left + size]


def _array(logits: Any) -> np.ndarray:
    return np.asarray(logits.numpy() if hasattr(logits, "numpy") else logits)


# --8<-- [end:tiles]
