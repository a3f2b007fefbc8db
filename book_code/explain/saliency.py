"""Which pixels would change the score most: Simonyan, Vedaldi and Zisserman (2013), arXiv:1312.6034."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autodiff import Tensor, grad
from .looking import Target, check_pictures, class_scores, evaluation, predicted


# --8<-- [start:saliency]
def gradient(model: Any, x: Any, target: Target = None) -> np.ndarray:
    """Return the gradient of a class's score with respect to every pixel.

    Args:
        model: gives one score a class, before softmax; it is asked in evaluation mode.
        x: pictures, (N, C, H, W).
        target: the class that is asked about, or one for each picture; by default the one with the highest score.

    Returns:
        (N, C, H, W)

    >>> from book_code.models import build
    >>> model = build("lenet-tiny", rng=np.random.default_rng(0))
    >>> gradient(model, np.ones((2, 1, 8, 8), np.float32), target=1).shape
    (2, 1, 8, 8)
    """
    check_pictures("gradient", x)
    pixels = Tensor(np.asarray(x), requires_grad=True)
    with evaluation(model):
        scores, _ = class_scores(model, pixels, target)  # (N,)
        (slope,) = grad(scores.sum(), pixels)  # (N, C, H, W): no picture sees another
    return slope.numpy()


def saliency(model: Any, x: Any, target: Target = None) -> np.ndarray:
    """Return how strongly each pixel moves the score: the largest slope over the channels, without sign.

    Args:
        model: as in :func:`gradient`.
        x: pictures, (N, C, H, W).
        target: as in :func:`gradient`.

    Returns:
        (N, H, W), from 0.
    """
    return np.abs(gradient(model, x, target)).max(axis=1)


# --8<-- [end:saliency]


# --8<-- [start:smooth]
def smooth_grad(
    model: Any,
    x: Any,
    target: Target = None,
    *,
    samples: int = 25,
    spread: float = 0.15,
    rng: np.random.Generator | None = None,
    noise: np.ndarray | None = None,
) -> np.ndarray:
    """Return the saliency of the mean gradient over noisy copies: Smilkov et al. (2017), arXiv:1706.03825.

    Args:
        model: as in :func:`gradient`.
        x: pictures, (N, C, H, W).
        target: as in :func:`gradient`; by default the class of the picture without noise.
        samples: how many copies.
        spread: standard deviation of the noise, as a share of the range of each picture.
        rng: draws the noise.
        noise: standard normal noise (samples, N, C, H, W) to be used instead.

    Returns:
        (N, H, W)
    """
    check_pictures("smooth_grad", x)
    x = np.asarray(x)
    noise = standard_noise(x.shape, samples, rng, noise)
    size = spread * (
        x.max(axis=(1, 2, 3), keepdims=True) - x.min(axis=(1, 2, 3), keepdims=True)
    )
    target = predicted(model, x, target)
    slopes = [gradient(model, (x + size * eps).astype(x.dtype), target) for eps in noise]
    return np.abs(np.mean(slopes, axis=0)).max(axis=1)


# --8<-- [end:smooth]


def standard_noise(
    shape: tuple[int, ...],
    samples: int,
    rng: np.random.Generator | None,
    noise: np.ndarray | None,
) -> np.ndarray:
    """Return the noise that was given, or draw it."""
    if noise is None:
        if not isinstance(rng, np.random.Generator):
            raise TypeError(
                f"smooth_grad needs rng=np.random.default_rng(seed), or noise; got {rng!r}"
            )
        if samples < 1:
            raise ValueError(f"smooth_grad expected at least one sample, got {samples}")
        return rng.normal(size=(samples, *shape))
    if noise.shape[1:] != shape or not len(noise):
        raise ValueError(
            f"smooth_grad expected noise of shape (samples, {', '.join(map(str, shape))}), got {noise.shape}"
        )
    return noise
