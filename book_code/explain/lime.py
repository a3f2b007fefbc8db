"""LIME: Ribeiro, Singh and Guestrin (2016), "Why should I trust you?", arXiv:1602.04938.

    code       paper    shape   meaning
    masks      z'       (M, n)  which parts are shown; the first row shows all
    worth      f(z)     (M,)    the score that the model then gives
    near       pi_x     (M,)    how near the shown picture is to the whole one
    weights    w_g      (n,)    the linear model that is right near the picture

The distance is the cosine distance of the masks and the kernel that of the authors' code for pictures,
sqrt(exp(-distance² / width²)); ridge regression takes all parts (the paper also chooses a few).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .games import Game


class Lime(NamedTuple):
    """A linear model that says what the model does near one input."""

    weights: np.ndarray  # (n,), one a part; `weights[segments]` is a map
    intercept: float  # what is predicted when nothing is shown
    fit: float  # the share of the (weighted) variance that it explains, at most 1


# --8<-- [start:lime]
def lime(
    game: Game,
    *,
    samples: int = 1000,
    width: float = 0.25,
    ridge: float = 1.0,
    rng: np.random.Generator,
) -> Lime:
    """Fit a linear model to what a game is worth, near the coalition of all.

    Args:
        game: for a picture :func:`~book_code.explain.picture_game`.
        samples: how many coalitions are asked, the one of all among them.
        width: of the kernel: the smaller, the less do coalitions count that lack many.
        ridge: penalty on the squares of the weights; the intercept is free.
        rng: draws the coalitions.

    >>> game = Game(3, lambda shown: 1.0 + shown @ [2.0, 0.0, -1.0])
    >>> lime(game, ridge=0.0, rng=np.random.default_rng(0)).weights.round(6) + 0.0
    array([ 2.,  0., -1.])
    """
    if samples < 2 or not width > 0 or ridge < 0:
        raise ValueError(
            f"lime expected at least 2 samples, a width above 0 and no ridge below 0; got {samples}, "
            f"{width} and {ridge}"
        )
    masks = rng.random((samples, game.players)) < 0.5
    masks[0] = True
    distance = 1 - np.sqrt(masks.mean(axis=1))  # cosine distance to the row of ones
    near = np.sqrt(np.exp(-((distance / width) ** 2)))
    return weighted_ridge(masks.astype(np.float64), game(masks), near, ridge)


def weighted_ridge(x: np.ndarray, y: np.ndarray, weights: np.ndarray, ridge: float) -> Lime:
    """Minimize Σ weight (y - intercept - w·x)² + ridge |w|², in closed form."""
    share = weights / weights.sum()
    x_mean, y_mean = share @ x, share @ y
    a, b = x - x_mean, y - y_mean  # the intercept is then 0
    normal = a.T @ (weights[:, None] * a) + ridge * np.eye(x.shape[1])  # (n, n)
    w = np.linalg.lstsq(normal, a.T @ (weights * b), rcond=None)[0]
    spread = share @ b**2
    fit = 1 - share @ (b - a @ w) ** 2 / spread if spread > 0 else 1.0
    return Lime(w, float(y_mean - w @ x_mean), float(fit))


# --8<-- [end:lime]
