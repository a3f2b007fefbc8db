"""What the small experiments share: the part of a data set that a seed draws."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from book_code.data import Dataset, load

_loaded = lru_cache(maxsize=2)(load)


def draw(
    name: str,
    seed: int,
    train_size: int,
    validation_size: int | None = None,
    test_size: int | None = None,
) -> Dataset:
    """The training pictures that a seed draws, and the first ones of the other splits, as they are."""
    data = _loaded(name)
    rows = np.random.default_rng(seed).permutation(len(data.train))[:train_size]
    return replace(
        data,
        train=data.train.take(np.sort(rows)),
        validation=data.validation.take(slice(validation_size)),
        test=data.test.take(slice(test_size)),
    )
