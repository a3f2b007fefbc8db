"""A prediction as a game: the players are parts of the input, and a coalition is worth the score that it gets alone.

LIME and Shapley values ask such a game, and nothing else of the model: `lime.py`, `shap.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .looking import check_pictures, predict, predicted


# --8<-- [start:game]
@dataclass(frozen=True)
class Game:
    """So many players, and what coalitions of them are worth.

    Attributes:
        players: how many there are, n.
        value: coalitions (M, n) of booleans -> what each is worth, (M,).

    >>> pair = Game(3, lambda coalitions: 2.0 * (coalitions[:, 0] & coalitions[:, 1]))
    >>> pair([[True, True, False], [True, False, True]]).tolist()
    [2.0, 0.0]
    """

    players: int
    value: Callable[[np.ndarray], Any]

    def __call__(self, coalitions: Any) -> np.ndarray:
        """Return what coalitions are worth."""
        coalitions = np.asarray(coalitions, bool)
        worth = np.asarray(self.value(coalitions), np.float64)
        if worth.shape != (len(coalitions),):
            raise ValueError(
                f"a game must give one number a coalition, shape ({len(coalitions)},); got {worth.shape}"
            )
        return worth


# --8<-- [end:game]


def grid(height: int, width: int, rows: int, columns: int) -> np.ndarray:
    """Return a picture cut into rectangles: the number of its part for every pixel, (height, width).

    >>> grid(2, 4, 1, 2).tolist()
    [[0, 0, 1, 1], [0, 0, 1, 1]]
    """
    if not (1 <= rows <= height and 1 <= columns <= width):
        raise ValueError(
            f"{height} x {width} pixels cannot be cut into {rows} rows and {columns} columns"
        )
    row = np.arange(height) * rows // height
    return row[:, None] * columns + np.arange(width) * columns // width


# --8<-- [start:picture]
def picture_game(
    model: Callable[[np.ndarray], Any],
    x: Any,
    segments: Any,
    target: int | None = None,
    *,
    fill: float | None = None,
    probability: bool = False,
    batch: int = 64,
) -> Game:
    """Return the game of the parts of one picture: those that do not play are filled in.

    Args:
        model: gives one score a class; it is asked in evaluation mode.
        x: one picture, (C, H, W).
        segments: the number of its part for every pixel, (H, W), from 0 without a gap; :func:`grid` makes some.
        target: the class that is asked about; by default the one with the highest score.
        fill: the value of what does not play; by default its mean colour.
        probability: whether the probability is watched instead of the score.
        batch: how many pictures are shown to the model at once.
    """
    x, segments = np.asarray(x), np.asarray(segments)
    check_pictures("picture_game", x[None])
    players = _check_segments(segments, x.shape[1:])
    classes = predicted(model, x[None], target)
    empty = np.full_like(x, 0.0 if fill is None else fill)
    if fill is None:
        for part in range(players):
            inside = segments == part
            empty[:, inside] = x[:, inside].mean(axis=1, keepdims=True)

    def value(coalitions: np.ndarray) -> np.ndarray:
        worth = []
        for start in range(0, len(coalitions), batch):
            plays = coalitions[start : start + batch][:, segments]  # (M, H, W)
            shown = np.where(plays[:, None], x, empty)  # (M, C, H, W)
            worth.append(predict(model, shown, classes.repeat(len(shown)), probability))
        return np.concatenate(worth)

    return Game(players, value)


# --8<-- [end:picture]


def row_game(
    model: Callable[[np.ndarray], Any],
    x: Any,
    background: Any,
    target: int | None = None,
    *,
    probability: bool = False,
) -> Game:
    """Return the game of the features of one row of a table: those that do not play are taken from other rows.

    Args:
        model: gives one score a class for rows (N, D).
        x: the row, (D,).
        background: other rows, (B, D); a coalition is worth its mean over them.
        target: the class that is asked about; by default the one with the highest score.
        probability: whether the probability is watched instead of the score.
    """
    x, background = np.asarray(x), np.asarray(background)
    if (
        x.ndim != 1
        or background.ndim != 2
        or background.shape[1:] != x.shape
        or not len(background)
    ):
        raise ValueError(
            f"row_game expected a row (D,) and a background (B, D), got {x.shape} and {background.shape}"
        )
    classes = predicted(model, x[None], target)

    def value(coalitions: np.ndarray) -> np.ndarray:
        rows = np.where(coalitions[:, None], x, background)  # (M, B, D)
        flat = rows.reshape(-1, len(x)).astype(x.dtype)
        scores = predict(model, flat, classes.repeat(len(flat)), probability)
        return np.asarray(scores.reshape(rows.shape[:2]).mean(axis=1))

    return Game(len(x), value)


def _check_segments(segments: np.ndarray, shape: tuple[int, ...]) -> int:
    """Return how many parts there are, or raise."""
    if segments.shape != shape or segments.dtype.kind not in "iu":
        raise ValueError(
            f"segments must be whole numbers, one a pixel, shape {shape}; got {segments.dtype} {segments.shape}"
        )
    names = np.unique(segments)
    if names[0] != 0 or names[-1] != len(names) - 1:
        raise ValueError(
            f"segments must be numbered from 0 without a gap; got {len(names)} numbers from {names[0]} to {names[-1]}"
        )
    return len(names)
