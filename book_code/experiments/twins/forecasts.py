"""One-step forecasts of a made series: a year of twelve months, and weather that lasts a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.losses import mse
from book_code.models.gru.config import GRUConfig
from book_code.models.gru.numpy_model import GRU

TREND = "A linear forecast and a GRU both beat the naive and the seasonal naive forecast."
METRICS = {
    "error, linear": "test_rmse_temperatures_linear",
    "error, GRU": "test_rmse_temperatures_gru",
    "error, naive": "test_rmse_temperatures_naive",
    "error, seasonal naive": "test_rmse_temperatures_seasonal",
}
WINDOW = 13


def measure(seed: int = 0) -> dict[str, float]:
    """Root mean square errors on the last fifth."""
    series = weather(np.random.default_rng(seed))
    windows = np.lib.stride_tricks.sliding_window_view(series, WINDOW + 1)
    x, y = windows[:, :-1], windows[:, -1]
    split = 4 * len(x) // 5
    ones = np.hstack([x, np.ones((len(x), 1))])
    weights = np.linalg.lstsq(ones[:split], y[:split], rcond=None)[0]
    guesses = [ones @ weights, gru(x, y, split, seed), x[:, -1], x[:, -12]]
    errors = [float(np.sqrt(np.mean((guess - y)[split:] ** 2))) for guess in guesses]
    return dict(zip(METRICS, errors, strict=True))


def weather(rng: np.random.Generator) -> np.ndarray:
    """Fifty years of months."""
    noise = rng.standard_normal(600)
    for month in range(1, 600):
        noise[month] += 0.3 * noise[month - 1]
    return np.sin(np.arange(600) * np.pi / 6) + 0.7 * noise


def gru(x: np.ndarray, y: np.ndarray, split: int, seed: int) -> np.ndarray:
    """The forecasts of a small GRU."""
    rng = np.random.default_rng(seed)
    model: Any = GRU(GRUConfig(in_features=1, hidden=12, outputs=1), rng=rng).astype(np.float64)
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(120):
        rows = rng.integers(0, split, size=50)
        optimizer.zero_grad()
        mse(model(x[rows, :, None]), y[rows, None]).backward()
        optimizer.step()
    return model(x[..., None]).numpy()[:, 0]


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    linear, gru, naive, seasonal = numbers.values()
    return max(linear, gru) < 0.95 * min(naive, seasonal)
