"""Two views of each picture: cropped, mirrored, recoloured and blurred at random (arXiv:2002.05709, appendix A).

Pictures are arrays (N, C, H, W) of floats from 0 to 1. All that is drawn comes from the generator given.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

GREY = np.array([0.299, 0.587, 0.114])  # how bright red, green and blue look
YIQ = np.array(
    [GREY, [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]]
)  # brightness, two hues


# --8<-- [start:views]
def views(
    x: Any,
    *,
    rng: np.random.Generator,
    strength: float = 1.0,
    smallest: float = 0.08,
    blurred: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """Return two views of each picture, each by its own draws.

    Args:
        x: pictures of one or three channels, from 0 to 1.
        rng: draws crops, colours and the rest.
        strength: of the change of colours, s in the paper: 1 for ImageNet, 0.5 for CIFAR-10.
        smallest: share of the picture that a crop covers at least.
        blurred: whether half of the views are blurred: yes for ImageNet, no for CIFAR-10.

    Shape:
        (N, C, H, W) -> twice (N, C, H, W)

    >>> one, other = views(np.random.default_rng(0).random((2, 3, 8, 8)), rng=np.random.default_rng(1))
    >>> one.shape, bool(np.allclose(one, other))
    ((2, 3, 8, 8), False)
    """
    x = np.asarray(x)
    if x.ndim != 4 or x.shape[1] not in (1, 3) or x.dtype.kind != "f":
        raise ValueError(
            f"views expected pictures of shape (N, 1 or 3, H, W) as floats, got {x.shape} of {x.dtype}"
            + ("; divide by 255" if x.dtype == np.uint8 else "")
        )
    if not 0 < smallest <= 1 or not strength >= 0:
        raise ValueError(
            f"views expected smallest in (0, 1] and strength from 0, got {smallest} and {strength}"
        )
    if x.size and not 0 <= x.min() <= x.max() <= 1:
        raise ValueError(f"views expected pixels from 0 to 1, got {x.min():g} to {x.max():g}")

    def one(picture: np.ndarray) -> np.ndarray:
        picture = crop(picture, rng=rng, smallest=smallest)
        if rng.random() < 0.5:
            picture = picture[:, :, ::-1]
        if rng.random() < 0.8:
            picture = recolour(picture, rng=rng, strength=strength)
        if len(picture) == 3 and rng.random() < 0.2:
            picture = grey(picture)
        if blurred and rng.random() < 0.5:
            picture = blur(picture, rng.uniform(0.1, 2.0))
        return picture

    first, second = (np.stack([one(picture) for picture in x]) for _ in range(2))
    return first.astype(x.dtype), second.astype(x.dtype)


# --8<-- [end:views]


# --8<-- [start:crop]
def crop(x: np.ndarray, *, rng: np.random.Generator, smallest: float = 0.08) -> np.ndarray:
    """Return a random part of a picture (C, H, W), of a shape from 3 : 4 to 4 : 3, made as large as the whole."""
    _, height, width = x.shape
    for _ in range(10):
        area = rng.uniform(smallest, 1) * height * width
        shape = np.exp(rng.uniform(np.log(3 / 4), np.log(4 / 3)))
        h, w = round(float(np.sqrt(area / shape))), round(float(np.sqrt(area * shape)))
        if 0 < h <= height and 0 < w <= width:
            top, left = rng.integers(height - h + 1), rng.integers(width - w + 1)
            return resize(x[:, top : top + h, left : left + w], height, width)
    return x


def resize(x: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return a picture (C, h, w) in another size, each pixel mixed of the nearest four.

    >>> resize(np.array([[[0.0, 1.0]]]), 1, 4)[0, 0].tolist()
    [0.0, 0.25, 0.75, 1.0]
    """
    rows, columns = (_tents(n, m) for n, m in zip(x.shape[1:], (height, width), strict=True))
    return rows @ x @ columns.T


def _tents(size: int, wanted: int) -> np.ndarray:
    at = np.clip((np.arange(wanted) + 0.5) * size / wanted - 0.5, 0, size - 1)
    return np.clip(1 - np.abs(at[:, None] - np.arange(size)), 0, None)


# --8<-- [end:crop]


# --8<-- [start:colour]
def recolour(x: np.ndarray, *, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Return a picture (C, H, W) with brightness, contrast, saturation and hue changed, in random order."""
    most = min(0.8 * strength, 1.0)
    light, contrast, colour = rng.uniform(1 - most, 1 + most, size=3)
    turn = rng.uniform(-0.2, 0.2) * strength
    steps: list[Callable[[np.ndarray], np.ndarray]] = [
        lambda x: light * x,
        lambda x: contrast * x + (1 - contrast) * grey(x).mean(),
        lambda x: colour * x + (1 - colour) * grey(x),
        lambda x: turn_hue(x, turn),
    ]
    for i in rng.permutation(4):
        x = np.clip(steps[i](x), 0, 1)
    return x


def grey(x: np.ndarray) -> np.ndarray:
    """Return a picture without its colours; one channel stays as it is."""
    return x if len(x) == 1 else np.broadcast_to(np.tensordot(GREY, x, 1), x.shape)


def turn_hue(x: np.ndarray, turn: float) -> np.ndarray:
    """Return a picture with its hues moved round the circle by a share of it, the brightness kept."""
    if len(x) == 1:
        return x
    cos, sin = np.cos(2 * np.pi * turn), np.sin(2 * np.pi * turn)
    circle = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])
    return np.tensordot(np.linalg.inv(YIQ) @ circle @ YIQ, x, 1)


# --8<-- [end:colour]


def blur(x: np.ndarray, sigma: float) -> np.ndarray:
    """Return a picture (C, H, W) blurred by a bell curve, cut off at a twentieth of the picture on each side."""
    out = x
    for axis in (1, 2):
        size = x.shape[axis]
        reach = min(max(1, size // 20), size - 1)
        bell = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
        margins = [(0, 0)] * 3
        margins[axis] = (reach, reach)
        padded = np.pad(out, margins, mode="reflect")
        out = sum(
            share * np.take(padded, np.arange(i, i + size), axis=axis)
            for i, share in enumerate(bell / bell.sum())
        )
    return out
