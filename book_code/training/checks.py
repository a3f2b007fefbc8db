"""What both loops refuse, and how they say it."""

import math
from typing import Any

import numpy as np

from ..data import Dataset, Split


def splits(data: Dataset | Split) -> tuple[Split, Split | None]:
    """Return the split to train on and the one to validate on, if there is one."""
    if isinstance(data, Dataset):
        return data.train, data.validation
    if isinstance(data, Split):
        return data, None
    if isinstance(data, tuple | list) and len(data) == 2:
        return Split(np.asarray(data[0]), np.asarray(data[1])), None
    raise TypeError(
        f"data must be a Dataset, a Split or a pair (x, y); got {type(data).__name__}"
    )


def check_run(train: Split, epochs: int, batch_size: int, rng: Any) -> None:
    """Raise if the run cannot begin."""
    for name, value in {"epochs": epochs, "batch_size": batch_size}.items():
        if not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"{name} must be an integer of at least 1; got {value!r}")
    if len(train) == 0:
        raise ValueError("there is nothing to train on: the split is empty")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"training needs rng=np.random.default_rng(seed); got {rng!r}")


def check_loss(value: float, epoch: int, step: int) -> float:
    """Return the loss, or stop the run there and then: weights that made nan never recover.

    >>> check_loss(float("nan"), epoch=3, step=12)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    FloatingPointError: loss became nan at epoch 3, step 12; a smaller learning rate often helps, ...
    """
    if math.isfinite(value):
        return value
    raise FloatingPointError(
        f"loss became {value} at epoch {epoch}, step {step}; a smaller learning rate often helps, "
        "else look for inputs that are not finite or not scaled"
    )
