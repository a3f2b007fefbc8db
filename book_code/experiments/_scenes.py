"""Scenes of several digits on one canvas, with the class of every pixel and a box around every digit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from book_code.data import Split
from book_code.metrics import Objects, box_iou

INK = 0.4  # a pixel as bright as this belongs to its digit
TRIES = 50  # places that are drawn for a digit before it is left out


class Scenes(NamedTuple):
    """Pictures with what is in them."""

    x: np.ndarray  # (N, 1, S, S): digits under noise
    masks: np.ndarray  # (N, S, S): 0 for the background, 1 + the digit otherwise
    objects: list[Objects]  # boxes as shares of the picture


def compose(
    split: Split,
    numbers: Sequence[int],
    rng: np.random.Generator,
    *,
    side: int,
    noise: float,
    overlap: float = 0.1,
) -> Scenes:
    """Put digits at random places of square canvases.

    Args:
        split: pictures of digits, (M, 1, h, w), smaller than the canvas.
        numbers: how many digits there are to be in each scene.
        rng: draws digits, places and noise.
        side: of the canvas.
        noise: standard deviation of what is added to every pixel.
        overlap: intersection over union that two boxes may have.
    """
    made = [_scene(split, number, rng, side, overlap) for number in numbers]
    x = np.stack([picture for picture, _, _ in made])[:, None]
    x = x + noise * rng.standard_normal(x.shape)
    return Scenes(
        x.astype(np.float32),
        np.stack([mask for _, mask, _ in made]),
        [objects for _, _, objects in made],
    )


def halved(split: Split) -> Split:
    """The digits at half their size: the mean of every two by two pixels.

    >>> halved(Split(np.ones((1, 1, 28, 28)), np.zeros(1, int))).x.shape
    (1, 1, 14, 14)
    """
    n, c, h, w = split.x.shape
    return Split(split.x.reshape(n, c, h // 2, 2, w // 2, 2).mean(axis=(3, 5)), split.y)


def _scene(
    split: Split, number: int, rng: np.random.Generator, side: int, overlap: float
) -> tuple[np.ndarray, np.ndarray, Objects]:
    """One scene without noise; the brighter of two digits has the pixel."""
    picture, mask = np.zeros((side, side)), np.zeros((side, side), np.int64)
    boxes: list[list[float]] = []
    labels: list[int] = []
    for chosen in rng.integers(0, len(split), size=number):
        digit, label = split.x[chosen, 0], int(split.y[chosen])
        height, width = digit.shape
        for _ in range(TRIES):
            top, left = rng.integers(0, [side - height + 1, side - width + 1])
            box = np.array([left, top, left, top]) + _extent(digit)
            if not boxes or box_iou([box], boxes).max() <= overlap:
                break
        else:
            continue
        part = np.s_[top : top + height, left : left + width]
        mask[part][(digit >= INK) & (digit > picture[part])] = label + 1
        picture[part] = np.maximum(picture[part], digit)
        boxes.append(list(box))
        labels.append(label)
    return picture, mask, Objects(np.array(boxes).reshape(-1, 4) / side, np.array(labels, int))


def _extent(digit: np.ndarray) -> np.ndarray:
    """The box around a digit's ink: left, top, right, bottom."""
    rows, columns = (np.flatnonzero((digit >= INK).any(axis=axis)) for axis in (1, 0))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
