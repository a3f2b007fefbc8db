"""From numbers to trains of spikes."""

from typing import Any

import numpy as np


# --8<-- [start:encoding]
def rate_code(x: Any, steps: int, *, rng: np.random.Generator) -> np.ndarray:
    """Return trains in which a number from 0 to 1 is how likely each step is a spike.

    Args:
        x: numbers from 0 to 1, (N, D).
        steps: length T of the trains.
        rng: draws the spikes.

    Returns:
        Zeros and ones, float32, (N, T, D).

    >>> trains = rate_code(np.array([[0.0, 0.3, 1.0]]), 1000, rng=np.random.default_rng(0))
    >>> trains.mean(axis=1).astype(float).round(1).tolist()
    [[0.0, 0.3, 1.0]]
    """
    x = _numbers("rate_code", x, steps)
    drawn = rng.random((len(x), steps, x.shape[1]))
    return (drawn < x[:, None]).astype(np.float32)


def latency_code(x: Any, steps: int, least: float = 0.0) -> np.ndarray:
    """Return trains of one spike: 1 fires at once, what is near 0 at the last step.

    Args:
        x: numbers from 0 to 1, (N, D).
        steps: length T of the trains.
        least: what is not above it never fires.

    Returns:
        Zeros and ones, float32, (N, T, D).

    >>> latency_code(np.array([[1.0, 0.5, 0.1, 0.0]]), 3)[0].T.tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    """
    x = _numbers("latency_code", x, steps)
    when = np.rint((1 - x) * (steps - 1)).astype(int)  # (N, D)
    trains = np.arange(steps)[:, None] == when[:, None]  # (N, T, D)
    return (trains & (x > least)[:, None]).astype(np.float32)


# --8<-- [end:encoding]


def _numbers(name: str, x: Any, steps: int) -> np.ndarray:
    x = np.asarray(x)
    if x.ndim != 2 or steps < 1:
        raise ValueError(
            f"{name} expected numbers of shape (N, D) and at least one step, got {x.shape} and {steps}"
        )
    if x.size and not (x.min() >= 0 and x.max() <= 1):
        raise ValueError(
            f"{name} expected numbers from 0 to 1, got some from {x.min():g} to {x.max():g}: "
            "divide by the largest"
        )
    return x
