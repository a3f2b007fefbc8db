"""Recommenders without training: what most people do, how people and films differ, what is rated alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.data.movielens_latest_small import Ratings


def table(data: Ratings, values: Any) -> np.ndarray:
    """Users by items, with a value for each training rating and 0 elsewhere."""
    shape = data.users.max() + 1, len(data.titles)
    filled = np.zeros(shape, np.float32)
    filled[data.users[data.train], data.items[data.train]] = values
    return filled


def popularity(data: Ratings) -> np.ndarray:
    """How many people rated each film, the same for everybody."""
    return np.repeat(table(data, 1).sum(axis=0, keepdims=True), data.users.max() + 1, axis=0)


def biases(data: Ratings, shrink: float, *, people: bool = True) -> np.ndarray:
    """The mean rating and how each film is rated beside it; with `people`, how each user rates beside that.

    Both are pulled to 0 as if by `shrink` ratings more.
    """
    mean = data.values[data.train].mean()
    rated = table(data, 1)
    rest = table(data, data.values[data.train] - mean)
    film = rest.sum(axis=0) / (rated.sum(axis=0) + shrink)
    user = (rest - rated * film).sum(axis=1) / (rated.sum(axis=1) + shrink)
    return mean + film + (user[:, None] if people else np.zeros_like(user)[:, None])


def by_neighbours(data: Ratings, count: int, shrink: float, *, ratings: bool) -> np.ndarray:
    """Item-kNN (Sarwar et al. 2001): films that the same people rate, or rate alike, stand in for each other.

    For `ratings`, how a user rated the neighbours of a film, beside what biases foretell, is averaged by likeness. For
    suggestions, the likeness of a film to all that the user rated is summed.
    """
    base = biases(data, shrink)
    rated = table(data, 1)
    rest = table(data, (data.values - base[data.users, data.items])[data.train])
    likeness = nearest(rest if ratings else rated, rated, count, shrink)
    if not ratings:
        return rated @ likeness.T
    weights = rated @ likeness.T
    return base + (rest @ likeness.T) / np.maximum(weights, 1e-6)


def nearest(columns: np.ndarray, rated: np.ndarray, count: int, shrink: float) -> np.ndarray:
    """The cosine of every two columns, less where few people rated both; 0 but for each row's `count` largest."""
    length = np.maximum(np.sqrt((columns**2).sum(axis=0)), 1e-6)
    likeness = columns.T @ columns / (length[:, None] * length)
    both = rated.T @ rated
    likeness *= both / (both + shrink)
    np.fill_diagonal(likeness, 0)
    np.maximum(likeness, 0, out=likeness)
    if count < len(likeness):
        for row in likeness:  # one at a time: the whole would be copied
            row[row < np.partition(row, -count)[-count]] = 0
    return likeness
