"""Boxes: default boxes, overlap, matching, codes, and the choice among boxes that overlap. Shared by both back ends.

Boxes are shares of the picture: left, top, right, bottom, or where it is said, center x and y, width and height.

    code                paper (section 2.2)
    default_boxes       s_k, a_r: scale of a map and ratios     d = (cx, cy, w, h)
    encode              ĝ: (g_cx - d_cx) / d_w, log(g_w / d_w), ..., divided by the variances 0.1 and 0.2
    match               x_ij: which default box answers for which object
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...metrics import box_iou
from .config import SSDConfig

VARIANCES = np.array(
    [0.1, 0.1, 0.2, 0.2]
)  # of the published code: they make the codes about as large as 1


# --8<-- [start:default_boxes]
def default_boxes(config: SSDConfig) -> np.ndarray:
    """Return the boxes that are corrected into predictions: (A, 4), center x and y, width, height.

    >>> default_boxes(SSDConfig.tiny()).shape
    (60, 4)
    >>> default_boxes(SSDConfig.tiny())[0].round(3).tolist()
    [0.125, 0.125, 0.4, 0.4]
    """
    sizes = config.map_sizes
    cells, ratios = [1 / size for size in sizes], [config.ratios] * len(sizes)
    return boxes_of_maps(sizes, config.scales, ratios, cells)


def boxes_of_maps(
    sizes: Sequence[int],
    scales: Sequence[float],
    ratios: Sequence[Sequence[float]],
    cells: Sequence[float],
) -> np.ndarray:
    """Return the default boxes of some maps: (A, 4), center x and y, width, height.

    At every place of every map stand a square of the map's scale, one between its scale and the next, and one box
    for each ratio, of the same area as the first.

    Args:
        sizes: height and width of each map.
        scales: side of the square of each map, as a share of the picture, and one more.
        ratios: width over height of the other boxes, for each map.
        cells: how far the places of a map are apart, as a share of the picture.

    >>> boxes_of_maps([1], [0.5, 0.5], [[4.0]], [1.0]).tolist()
    [[0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 1.0, 0.25]]
    """
    out = []
    for i, (size, scale) in enumerate(zip(sizes, scales, strict=False)):
        sides = [(scale, scale), (math.sqrt(scale * scales[i + 1]),) * 2]
        sides += [(scale * math.sqrt(r), scale / math.sqrt(r)) for r in ratios[i]]
        at = (np.arange(size) + 0.5) * cells[i]
        out += [(x, y, w, h) for y in at for x in at for w, h in sides]
    return np.array(out)


# --8<-- [end:default_boxes]


def corners(boxes: Any) -> np.ndarray:
    """Return boxes given by centers and sides as left, top, right, bottom.

    >>> corners([[0.5, 0.5, 0.2, 0.4]]).round(2).tolist()
    [[0.4, 0.3, 0.6, 0.7]]
    """
    boxes = np.asarray(boxes, np.float64)
    center, half = boxes[..., :2], boxes[..., 2:] / 2
    return np.concatenate([center - half, center + half], axis=-1)


def centers(boxes: Any) -> np.ndarray:
    """Return boxes given by their corners as center x and y, width, height.

    >>> centers([[0.4, 0.3, 0.6, 0.7]]).round(2).tolist()
    [[0.5, 0.5, 0.2, 0.4]]
    """
    boxes = np.asarray(boxes, np.float64)
    low, high = boxes[..., :2], boxes[..., 2:]
    return np.concatenate([(low + high) / 2, high - low], axis=-1)


# --8<-- [start:codes]
def encode(objects: Any, defaults: np.ndarray) -> np.ndarray:
    """Return how each default box would have to be changed to become the object beside it.

    Args:
        objects: boxes by their corners, (A, 4), wider and higher than 0.
        defaults: default boxes by their centers, (A, 4).

    >>> encode([[0.5, 0.4, 0.7, 0.6]], np.array([[0.5, 0.5, 0.2, 0.2]])).round(6)[0, 0].item()
    5.0
    """
    wanted = centers(objects)
    if (wanted[:, 2:] <= 0).any():
        raise ValueError("an object must be wider and higher than 0")
    moves = (wanted[:, :2] - defaults[:, :2]) / defaults[:, 2:]
    grows = np.log(wanted[:, 2:] / defaults[:, 2:])
    return np.concatenate([moves, grows], axis=1) / VARIANCES


def decode(codes: Any, defaults: np.ndarray) -> np.ndarray:
    """Return the boxes that codes (..., A, 4) stand for, by their corners: the inverse of :func:`encode`.

    >>> decode([[0.0, 0.0, 0.0, 0.0]], np.array([[0.5, 0.5, 0.2, 0.2]])).round(2).tolist()
    [[0.4, 0.4, 0.6, 0.6]]
    """
    codes = np.asarray(codes, np.float64) * VARIANCES
    center = defaults[:, :2] + codes[..., :2] * defaults[:, 2:]
    sides = defaults[:, 2:] * np.exp(np.clip(codes[..., 2:], None, 10))
    return corners(np.concatenate([center, sides], axis=-1))


# --8<-- [end:codes]


# --8<-- [start:match]
def match(
    boxes: Any, labels: Any, defaults: np.ndarray, overlap: float = 0.5
) -> tuple[np.ndarray, np.ndarray]:
    """Decide which default box answers for which object of one picture.

    Every object gets the default box that overlaps it most; besides, a default box answers for the object that it
    overlaps most, if by at least `overlap`.

    Args:
        boxes: the objects' boxes by their corners, (G, 4).
        labels: their classes from 0, (G,).
        defaults: default boxes by their centers, (A, 4).
        overlap: intersection over union that is asked for.

    Returns:
        For each default box its class, 0 for the background and class + 1 otherwise, (A,), and its codes, (A, 4).

    >>> classes, codes = match([[0.4, 0.4, 0.6, 0.6]], [7], np.array([[0.5, 0.5, 0.2, 0.2], [0.1, 0.1, 0.2, 0.2]]))
    >>> classes.tolist(), np.abs(codes).max().round(6).item()
    ([8, 0], 0.0)
    """
    boxes, labels = (
        np.asarray(boxes, np.float64).reshape(-1, 4),
        np.asarray(labels, int).reshape(-1),
    )
    if len(boxes) != len(labels):
        raise ValueError(
            f"expected a label for each object, got {len(boxes)} and {len(labels)}"
        )
    if (labels < 0).any():
        raise ValueError(f"labels count from 0, got {labels.min()}")
    classes, codes = np.zeros(len(defaults), int), np.zeros((len(defaults), 4))
    if not len(boxes):
        return classes, codes
    overlaps = box_iou(boxes, corners(defaults))  # (G, A)
    answers = np.where(overlaps.max(axis=0) >= overlap, overlaps.argmax(axis=0), -1)
    free = overlaps.copy()
    for _ in range(min(len(boxes), len(defaults))):  # the surest pair first
        g, a = np.unravel_index(free.argmax(), free.shape)
        answers[a] = g
        free[g], free[:, a] = -1, -1
    chosen = answers >= 0
    classes[chosen] = labels[answers[chosen]] + 1
    codes[chosen] = encode(boxes[answers[chosen]], defaults[chosen])
    return classes, codes


# --8<-- [end:match]


# --8<-- [start:nms]
def non_maximum_suppression(boxes: Any, scores: Any, overlap: float = 0.45) -> np.ndarray:
    """Return the places of the boxes that stay: from the surest on, those that no surer one covers.

    Args:
        boxes: by their corners, (N, 4).
        scores: how sure each is, (N,).
        overlap: a box goes when a surer one that stays overlaps it by more.

    >>> non_maximum_suppression([[0, 0, 2, 2], [0, 0, 2, 1.9], [5, 5, 6, 6]], [0.8, 0.9, 0.3]).tolist()
    [1, 2]
    """
    boxes, scores = np.asarray(boxes, np.float64).reshape(-1, 4), np.asarray(scores, np.float64)
    if len(boxes) != len(scores):
        raise ValueError(f"expected a score for each box, got {len(boxes)} and {len(scores)}")
    overlaps = box_iou(boxes, boxes)
    stays: list[int] = []
    for place in np.argsort(-scores, kind="stable"):
        if not any(overlaps[place, other] > overlap for other in stays):
            stays.append(int(place))
    return np.array(stays, int)


# --8<-- [end:nms]


def hardest(losses: np.ndarray, classes: np.ndarray, ratio: int = 3) -> np.ndarray:
    """Choose which default boxes count for the classes: all that answer for an object, and the worst of the rest.

    Args:
        losses: of the class of each default box, (N, A).
        classes: 0 for the background, (N, A).
        ratio: how many boxes of the background for each other, in each picture; at least that many in all.

    >>> hardest(np.array([[1.0, 9.0, 5.0, 2.0]]), np.array([[1, 0, 0, 0]]), ratio=2).tolist()
    [[True, True, True, False]]
    """
    found = classes > 0
    room = np.maximum(ratio * found.sum(axis=1, keepdims=True), ratio)
    rest = np.where(found, -np.inf, losses)
    rank = np.argsort(np.argsort(-rest, axis=1, kind="stable"), axis=1, kind="stable")
    return found | ((rank < room) & ~found)
