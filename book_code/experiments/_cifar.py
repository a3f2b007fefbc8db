"""CIFAR-10 for the experiments: as many batches as are needed, made smaller if wanted, with mean 0 and spread 1."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from book_code.data import Dataset, Split, cifar10, hold_out


@dataclass(frozen=True)
class Sizes:
    """How many pictures of each split there are, and how large; sides of 16 and 8 are means over squares of 32."""

    dataset: str = "cifar10"
    train_size: int = 45_000
    validation_size: int = 5_000
    test_size: int = 10_000
    side: int = 32


@lru_cache(maxsize=2)
def _read(batches: tuple[str, ...]) -> cifar10.Pictures:
    return cifar10.read(batches)


def _batches(config: Any) -> tuple[str, ...]:
    """The first training batches, as many as are needed."""
    return cifar10.TRAIN[: -(-(config.train_size + config.validation_size) // 10_000)]


def from_jpeg(config: Any) -> int:
    """How many pictures of the batches in use are not exactly as published."""
    return _read(_batches(config)).from_jpeg + _read(cifar10.TEST).from_jpeg


def pictures(config: Any, seed: int) -> Dataset:
    """The splits, with the training pictures that a seed draws; as float32, each channel with mean 0 and spread 1."""
    read, last = _read(_batches(config)), _read(cifar10.TEST)
    rest, held = hold_out(Split(read.x, read.y), config.validation_size)
    rows = np.sort(np.random.default_rng(seed).permutation(len(rest))[: config.train_size])
    parts = [rest.take(rows), held, Split(last.x, last.y).take(slice(config.test_size))]
    splits = [Split(smaller(part.x, config.side), part.y) for part in parts]
    mean = splits[0].x.mean(axis=(0, 2, 3), keepdims=True)
    spread = splits[0].x.std(axis=(0, 2, 3), keepdims=True)
    train, validation, test = (Split((part.x - mean) / spread, part.y) for part in splits)
    return Dataset("cifar10", train, validation, test, cifar10.CLASSES)


def smaller(x: np.ndarray, side: int) -> np.ndarray:
    """Bytes (N, 3, 32, 32) as numbers in [0, 1] of shape (N, 3, side, side): means over squares."""
    n, channels, size, _ = x.shape
    each = size // side
    squares = x.reshape(n, channels, side, each, side, each)
    return squares.mean(axis=(3, 5), dtype=np.float32) / np.float32(255)
