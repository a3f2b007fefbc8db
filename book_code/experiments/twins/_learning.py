"""What the twins share: the 8 x 8 digits, one way to train, and ways to spoil a picture."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from book_code import optim
from book_code.data import Split, load
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.numpy_model import LeNet5
from book_code.nn import Module
from book_code.training import evaluate, fit


@cache
def digits() -> tuple[Split, Split]:
    """1,197 pictures to learn from and 600 others, in float64: all computers then round alike."""
    data = load("digits")
    held = [data.validation, data.test]
    x = np.concatenate([split.x for split in held])
    y = np.concatenate([split.y for split in held])
    return double(data.train), double(Split(x, y))


@cache
def framed() -> tuple[Split, Split]:
    """The digits with a border of two pixels, as MNIST has one: 12 x 12, with room to be moved."""
    train, held = (
        Split(np.pad(split.x, [(0, 0), (0, 0), (2, 2), (2, 2)]), split.y) for split in digits()
    )
    return train, held


def double(split: Split) -> Split:
    """The split in float64."""
    return Split(split.x.astype(np.float64), split.y)


def trained(
    model: Any,
    data: Split,
    *,
    rate: float = 3e-3,
    epochs: int = 3,
    batch_size: int = 50,
    seed: int = 0,
    augment: Any = None,
) -> Any:
    """Train with Adam, in float64, and return the model."""
    model.astype(np.float64)
    fit(model, data, optimizer=optim.Adam(model.parameters(), lr=rate), epochs=epochs,
        batch_size=batch_size, rng=np.random.default_rng(seed), augment=augment)  # fmt: skip
    return model


def network(seed: int, **changes: Any) -> LeNet5:
    """A LeNet-5 for the framed digits, as it begins."""
    sizes: dict[str, Any] = {"image_size": 12, "kernel_size": 3, "hidden": (48, 32)}
    model = LeNet5(LeNetConfig(**sizes | changes), rng=np.random.default_rng(seed))
    return model.astype(np.float64)


def lenet(
    seed: int, train: Split, *, augment: Any = None, epochs: int = 8, **changes: Any
) -> Any:
    """A LeNet-5 for the framed digits, trained."""
    model = network(seed, **changes)
    return trained(model, train, rate=1e-2, epochs=epochs, seed=seed, augment=augment)


def accuracy(model: Module, split: Split) -> float:
    """Accuracy in per cent."""
    return 100 * evaluate(model, split.x, split.y)[1]


def moved(x: np.ndarray, right: int, down: int = 0) -> np.ndarray:
    """Pictures moved by whole pixels, with zeros coming in.

    >>> moved(np.array([[1.0, 2.0], [3.0, 4.0]]), 1).tolist()
    [[0.0, 1.0], [0.0, 3.0]]
    """
    height, width = x.shape[-2:]
    border = max(abs(right), abs(down))
    wide = np.pad(x, [(0, 0)] * (x.ndim - 2) + [(border, border)] * 2)
    return wide[..., border - down :, border - right :][..., :height, :width]


def scattered(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Every picture moved by up to a pixel each way, as those of MNIST are."""
    ways = rng.integers(-1, 2, size=(len(x), 2))
    return np.stack([moved(one, *way) for one, way in zip(x, ways, strict=True)])


def moved_all_ways(split: Split, pixels: int = 1) -> Split:
    """Every fourth picture moved right, every fourth left, down, up."""
    x = split.x.copy()
    for way, (right, down) in enumerate([(1, 0), (-1, 0), (0, 1), (0, -1)]):
        x[way::4] = moved(x[way::4], pixels * right, pixels * down)
    return Split(x, split.y)
