"""A small network learns to tell the noise in 8 x 8 digits: its last weights, and their average."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.autodiff import no_grad
from book_code.experiments.twins._learning import digits
from book_code.losses import mse
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "The average of a diffusion model's weights is better than the last ones."
METRICS = {
    "distance, average": "test_fid_average",
    "distance, last weights": "test_fid_last",
}


def measure(seed: int = 0) -> dict[str, float]:
    """How far the noise that is told lies from the noise in new pictures, after 500 steps at a high rate."""
    (train, held), rng = digits(), np.random.default_rng(seed)
    model: Any = MLP(MLPConfig(in_features=65, hidden=(96,), classes=64), rng=rng)
    optimizer = optim.Adam(model.astype(np.float64).parameters(), lr=1e-2)
    average = model.state_dict()
    for _ in range(500):
        x, noise = noisy(train.x[rng.integers(0, len(train), size=8)], rng)
        optimizer.zero_grad()
        mse(model(x), noise).backward()
        optimizer.step()
        average = {k: 0.98 * average[k] + 0.02 * w for k, w in model.state_dict().items()}
    asked, true = noisy(held.x, rng)
    last = distance(model, asked, true)
    model.load_state_dict(average)
    return dict(zip(METRICS, [distance(model, asked, true), last], strict=True))


def noisy(x: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Pictures with some noise and how much of it, (N, 65); and the noise."""
    x = 2 * x.reshape(-1, 64) - 1
    level, noise = rng.uniform(0.1, 1, size=(len(x), 1)), rng.standard_normal(x.shape)
    return np.hstack([np.sqrt(1 - level**2) * x + level * noise, level]), noise


def distance(model: Any, x: np.ndarray, noise: np.ndarray) -> float:
    """The mean squared error."""
    with no_grad():
        return mse(model(x), noise).item()


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    average, last = numbers.values()
    return average < 0.95 * last
