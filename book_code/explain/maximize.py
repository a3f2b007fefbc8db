"""The picture that a class or a unit likes best, by gradient ascent: Erhan et al. (2009); Simonyan et al. (2013),
arXiv:1312.6034, section 2; the smoothness: Mahendran and Vedaldi (2014), arXiv:1412.0035.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..autodiff import Tensor, grad
from .looking import check_pictures, chosen_classes, evaluation, tap


class Maximized(NamedTuple):
    """A picture that was made, and how it came about."""

    picture: np.ndarray  # (C, H, W)
    scores: list[float]  # before each step, without the penalties


# --8<-- [start:maximize]
def maximize(
    model: Any,
    start: Any,
    target: int,
    *,
    layer: str | None = None,
    steps: int = 100,
    lr: float = 1.0,
    l2: float = 0.0,
    roughness: float = 0.0,
) -> Maximized:
    """Change a picture, step by step, so that a class, or a map of a layer, answers more strongly.

    Args:
        model: gives one score a class, before softmax; it is asked in evaluation mode.
        start: the picture to begin with, (C, H, W): grey, noise, or a real one.
        target: the number of the class; with `layer` the number of its map or unit.
        layer: the dotted name of a layer whose map (its mean), or unit, is to grow instead.
        steps: of gradient ascent.
        lr: size of the steps.
        l2: penalty on the squares of the pixels, the paper's lambda.
        roughness: penalty on the squares of the differences of neighbours.

    >>> from book_code.models import build
    >>> model = build("lenet-tiny", rng=np.random.default_rng(0))
    >>> found = maximize(model, np.zeros((1, 8, 8), np.float32), 2, steps=20)
    >>> bool(found.scores[-1] > found.scores[0])
    True
    """
    x = np.asarray(start)[None]
    check_pictures("maximize", x)
    check_steps(steps, lr, l2, roughness)
    scores = []
    with evaluation(model):
        for _ in range(steps):
            pixels = Tensor(x, requires_grad=True)
            score = _answer(model, pixels, target, layer)
            (slope,) = grad(score - _penalty(pixels, l2, roughness), pixels)
            scores.append(score.item())
            x = x + np.asarray(lr, x.dtype) * slope.numpy()
    return Maximized(x[0], scores)


def _answer(model: Any, x: Tensor, target: int, layer: str | None) -> Tensor:
    """The score of a class, or the mean of a map."""
    if layer is None:
        scores = model(x)
        return scores[0, int(chosen_classes(scores, 1, target)[0])]
    with tap(model, layer) as seen:
        model(x)
    maps = seen[-1].reshape(1, seen[-1].shape[1], -1)  # (1, K, places)
    return maps.mean(axis=2)[0, check_unit(layer, maps.shape[1], target)]


def _penalty(x: Tensor, l2: float, roughness: float) -> Tensor:
    down, across = x[:, :, 1:] - x[:, :, :-1], x[:, :, :, 1:] - x[:, :, :, :-1]
    return l2 * (x * x).sum() + roughness * ((down * down).sum() + (across * across).sum())


# --8<-- [end:maximize]


def check_steps(steps: int, lr: float, l2: float, roughness: float) -> None:
    """Raise unless there are steps, uphill, and penalties that penalize."""
    if steps < 1 or not lr > 0 or l2 < 0 or roughness < 0:
        raise ValueError(
            f"maximize expected steps of at least 1, lr above 0, and no penalty below 0; got steps={steps}, "
            f"lr={lr}, l2={l2}, roughness={roughness}"
        )


def check_unit(layer: str, units: int, target: int) -> int:
    """Return the number of a map or unit of a layer, or raise.

    >>> check_unit("conv1", 6, 6)
    Traceback (most recent call last):
    ValueError: unit 6 was asked about, but layer 'conv1' has the units 0 to 5
    """
    if not 0 <= target < units:
        raise ValueError(
            f"unit {target} was asked about, but layer {layer!r} has the units 0 to {units - 1}"
        )
    return int(target)
