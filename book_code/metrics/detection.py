"""Boxes and masks: how far they overlap, and how well a detector finds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np


class Detections(NamedTuple):
    """What a detector says of one picture."""

    boxes: Any  # (D, 4): left, top, right, bottom
    scores: Any  # (D,)
    labels: Any  # (D,)


class Objects(NamedTuple):
    """What there is in one picture."""

    boxes: Any  # (G, 4): left, top, right, bottom
    labels: Any  # (G,)


# --8<-- [start:iou]
def box_iou(first: Any, second: Any) -> np.ndarray:
    """Intersection over union of every box with every other.

    Args:
        first: boxes (N, 4) as left, top, right, bottom.
        second: boxes (M, 4).

    Returns:
        Shares from 0 to 1, of shape (N, M).

    Examples:
        >>> box_iou([[0, 0, 2, 2]], [[1, 0, 3, 2], [5, 5, 6, 6]]).round(4).tolist()
        [[0.3333, 0.0]]
    """
    a, b = _boxes(first)[:, None], _boxes(second)[None]  # (N, 1, 4), (1, M, 4)
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    shared = np.clip(high - low, 0, None).prod(axis=-1)  # (N, M)
    areas = [(box[..., 2:] - box[..., :2]).prod(axis=-1) for box in (a, b)]
    union = areas[0] + areas[1] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


# --8<-- [end:iou]


def mask_iou(truth: Any, predictions: Any, classes: int) -> np.ndarray:
    """Intersection over union of every class in label maps; nan for a class that is in neither.

    Args:
        truth: the class of every pixel, integers of any shape.
        predictions: the same, as predicted.
        classes: how many classes there are.

    Returns:
        Shape (classes,); `np.nanmean` of it is the usual mean IoU.

    Examples:
        >>> mask_iou([[0, 1], [1, 1]], [[0, 0], [1, 1]], classes=3).round(4).tolist()
        [0.5, 0.6667, nan]
    """
    truth, predictions = np.asarray(truth), np.asarray(predictions)
    if truth.shape != predictions.shape:
        raise ValueError(
            f"mask_iou expected maps of one shape, got {truth.shape} and {predictions.shape}"
        )
    if truth.dtype.kind not in "iub" or predictions.dtype.kind not in "iub":
        raise TypeError(
            f"mask_iou expected classes as integers, got {truth.dtype} and {predictions.dtype}"
        )
    lowest = min(truth.min(initial=0), predictions.min(initial=0))
    highest = max(truth.max(initial=0), predictions.max(initial=0))
    if lowest < 0 or highest >= classes:
        raise ValueError(
            f"mask_iou expected classes from 0 to {classes - 1}, got {lowest} to {highest}"
        )
    both = np.bincount(truth[truth == predictions].ravel(), minlength=classes)
    sizes = (np.bincount(m.ravel(), minlength=classes) for m in (truth, predictions))
    union = sum(sizes) - both
    return np.where(union > 0, both / np.maximum(union, 1), np.nan)


def dice(truth: Any, predictions: Any) -> float:
    """Twice the shared pixels over the sum of both masks' pixels; 1 for two empty masks.

    >>> dice([1, 1, 0], [1, 0, 0]).__round__(4)
    0.6667
    """
    for mask in (truth, predictions):
        if not np.isin(mask, (0, 1)).all():
            raise ValueError("dice expected masks of 0 and 1; write probabilities >= 0.5")
    truth, predictions = np.asarray(truth, bool), np.asarray(predictions, bool)
    if truth.shape != predictions.shape:
        raise ValueError(
            f"dice expected masks of one shape, got {truth.shape} and {predictions.shape}"
        )
    total = truth.sum() + predictions.sum()
    return float(2 * (truth & predictions).sum() / total) if total else 1.0


# --8<-- [start:map]
def mean_average_precision(
    truth: Sequence[Objects], detections: Sequence[Detections], iou: float = 0.5
) -> float:
    """The mean over the classes of the area under a detector's precision-recall curve.

    A detection is right if it overlaps an object of its class by at least `iou` and no detection of higher
    score has taken that object. The area is exact (VOC since 2010; Everingham et al. 2015,
    doi:10.1007/s11263-014-0733-5): precision is made to fall monotonically first. As there, a detection counts for
    the object that it overlaps most, and is wrong if that is taken; labels that no picture has do not count. Boxes
    end where they end: VOC's own program, which counts pixels, makes them one wider and higher.

    Args:
        truth: what there is, one entry a picture.
        detections: what was found, one entry a picture.
        iou: overlap that is asked for, above 0.

    Examples:
        >>> there = [Objects([[0, 0, 2, 2], [4, 4, 6, 6]], [0, 0])]
        >>> found = [Detections([[0, 0, 2, 2], [8, 8, 9, 9]], [0.9, 0.8], [0, 0])]
        >>> mean_average_precision(there, found)
        0.5
    """
    if len(truth) != len(detections):
        raise ValueError(
            f"mean_average_precision expected one entry a picture, got {len(truth)} and {len(detections)}"
        )
    if not 0 < iou <= 1:
        raise ValueError(f"mean_average_precision expected an iou above 0, up to 1, got {iou}")
    for i, (there, found) in enumerate(zip(truth, detections, strict=True)):
        _check_counts(f"objects of picture {i}", there.boxes, there.labels)
        _check_counts(f"detections of picture {i}", found.boxes, found.labels, found.scores)
    labels = np.unique([label for t in truth for label in np.ravel(t.labels)])
    if not len(labels):
        raise ValueError("mean_average_precision: there are no objects to be found")
    return float(np.mean([_class_ap(truth, detections, label, iou) for label in labels]))


# --8<-- [end:map]


def _check_counts(what: str, boxes: Any, *others: Any) -> None:
    """Raise unless there is one of each for every box, and no score is nan."""
    counts = [len(_boxes(boxes)), *(np.size(other) for other in others)]
    if len(set(counts)) > 1:
        raise ValueError(f"{what}: as many boxes, labels and scores are needed, got {counts}")
    if any(np.isnan(np.asarray(other, float)).any() for other in others):
        raise ValueError(f"{what}: a label or a score is nan")


def _class_ap(truth: Any, detections: Any, label: int, iou: float) -> float:
    """The area for one class."""
    scores, right, objects = [], [], 0
    for there, found in zip(truth, detections, strict=True):
        boxes = _boxes(there.boxes)[np.asarray(there.labels, int).reshape(-1) == label]
        mine = np.asarray(found.labels, int).reshape(-1) == label
        order = np.argsort(-np.asarray(found.scores, float).reshape(-1)[mine], kind="stable")
        scores += list(np.asarray(found.scores, float).reshape(-1)[mine][order])
        right += _matches(_boxes(found.boxes)[mine][order], boxes, iou)
        objects += len(boxes)
    if not any(right):
        return 0.0
    order = np.argsort(-np.asarray(scores), kind="stable")
    hits = np.cumsum(np.asarray(right)[order])
    precision = hits / np.arange(1, len(hits) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(hits / objects, prepend=0.0) * precision))


def _matches(found: np.ndarray, boxes: np.ndarray, iou: float) -> list[bool]:
    """Whether each detection, from the surest, takes an object that is still free."""
    overlaps, free = box_iou(found, boxes), np.ones(len(boxes), bool)
    right = []
    for row in overlaps:
        best = int(row.argmax()) if len(boxes) else -1
        right.append(best >= 0 and row[best] >= iou and bool(free[best]))
        if right[-1]:
            free[best] = False
    return right


def _boxes(boxes: Any) -> np.ndarray:
    array = (
        np.asarray(boxes, np.float64).reshape(-1, 4)
        if np.size(boxes) == 0
        else np.asarray(boxes, np.float64)
    )
    if array.ndim != 2 or array.shape[1] != 4:
        raise ValueError(
            f"expected boxes of shape (N, 4), got {array.shape}; one box is box[None]"
        )
    if not np.isfinite(array).all():
        raise ValueError("expected boxes of finite numbers")
    if (array[:, 2:] < array[:, :2]).any():
        wrong = array[(array[:, 2:] < array[:, :2]).any(axis=1)][0]
        raise ValueError(
            f"expected boxes as left, top, right, bottom with right >= left and bottom >= top, got {wrong.tolist()}"
        )
    return array
