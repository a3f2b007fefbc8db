"""Grad-CAM: Selvaraju et al. (2016), arXiv:1610.02391.

code      paper          shape       meaning
maps      A^k            (N,K,h,w)   what the layer puts out
slopes    dy^c / dA^k    (N,K,h,w)   how the score of class c depends on it
weights   alpha_k^c      (N,K,1,1)   equation 1: the mean slope of each map
return    L^c            (N,h,w)     equation 2: ReLU of the weighted sum of the maps
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autodiff import Tensor, grad
from .looking import Target, check_pictures, class_scores, evaluation, tap


# --8<-- [start:grad_cam]
def grad_cam(model: Any, x: Any, layer: str, target: Target = None) -> np.ndarray:
    """Return where a convolutional layer sees what speaks for a class.

    Args:
        model: gives one score a class, before softmax; it is asked in evaluation mode.
        x: pictures, (N, C, H, W).
        layer: the dotted name of the layer, usually the last convolution.
        target: the class that is asked about, or one for each picture; by default the one with the highest score.

    Returns:
        (N, h, w), as coarse as the layer's maps; :func:`enlarge` brings them to the size of the picture.

    >>> from book_code.models import build
    >>> model = build("lenet5", rng=np.random.default_rng(0))
    >>> grad_cam(model, np.ones((2, 1, 28, 28), np.float32), "conv2").shape
    (2, 10, 10)
    """
    check_pictures("grad_cam", x)
    with evaluation(model), tap(model, layer) as seen:
        scores, _ = class_scores(
            model, Tensor(np.asarray(x), requires_grad=True), target
        )  # (N,)
        check_maps(layer, seen)
        (maps,) = seen  # (N, K, h, w)
        (slopes,) = grad(scores.sum(), maps)  # (N, K, h, w)
    weights = slopes.numpy().mean(axis=(2, 3), keepdims=True)  # (N, K, 1, 1)
    return np.maximum((weights * maps.numpy()).sum(axis=1), 0)  # (N, h, w)


# --8<-- [end:grad_cam]


def check_maps(layer: str, seen: list[Any]) -> None:
    """Raise unless a layer ran once and put out maps.

    >>> check_maps("fc1", [np.zeros((2, 120))])
    Traceback (most recent call last):
    ValueError: Grad-CAM needs a layer that puts out maps (N, K, h, w); 'fc1' puts out (2, 120)
    """
    if len(seen) != 1:
        raise ValueError(
            f"Grad-CAM needs a layer that runs once for a picture; {layer!r} ran {len(seen)} times"
        )
    shape = tuple(getattr(seen[0], "shape", ()))
    if len(shape) != 4:
        raise ValueError(
            f"Grad-CAM needs a layer that puts out maps (N, K, h, w); {layer!r} puts out {shape}"
        )


def enlarge(maps: Any, height: int, width: int) -> np.ndarray:
    """Return maps in another size, mixed from the nearest pixels (bilinear), to lay them over the picture.

    Args:
        maps: (..., h, w)
        height: of the result.
        width: of the result.

    >>> enlarge([[0.0, 4.0]], 1, 4).tolist()
    [[0.0, 1.0, 3.0, 4.0]]
    """
    maps = np.asarray(maps)
    rows, columns = _mixing(maps.shape[-2], height), _mixing(maps.shape[-1], width)
    return np.asarray(rows.astype(maps.dtype) @ maps @ columns.T.astype(maps.dtype))


def _mixing(length: int, wanted: int) -> np.ndarray:
    """The matrix (wanted, length) of a bilinear resize that keeps the pixels' centres in place."""
    if wanted < 1:
        raise ValueError(f"enlarge expected a height and width of at least 1, got {wanted}")
    centre = np.clip((np.arange(wanted) + 0.5) * length / wanted - 0.5, 0, length - 1)
    return np.maximum(0, 1 - np.abs(centre[:, None] - np.arange(length)))
