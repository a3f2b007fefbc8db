"""8 x 8 digits given back from two numbers each: by PCA and by an autoencoder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.experiments.twins._learning import digits
from book_code.losses import mse
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "From two numbers an autoencoder gives a picture back better than PCA does; from 32 PCA is better still."
METRICS = {
    "error of a pixel, PCA, 32 numbers": "error_pca_32",
    "error of a pixel, autoencoder, 2 numbers": "error_autoencoder_2",
    "error of a pixel, PCA, 2 numbers": "error_pca_2",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Squared errors on new pictures."""
    train, held = digits()
    x, new = train.x.reshape(-1, 64), held.x.reshape(-1, 64)
    guesses = [pca(x, new, 32), autoencoder(x, new, seed), pca(x, new, 2)]
    errors = [float(np.mean((guess - new) ** 2)) for guess in guesses]
    return dict(zip(METRICS, errors, strict=True))


def pca(x: np.ndarray, new: np.ndarray, count: int) -> np.ndarray:
    """New pictures as seen along the first axes of the known ones."""
    mean = x.mean(axis=0)
    axes = np.linalg.svd(x - mean, full_matrices=False)[2][:count]
    return (new - mean) @ axes.T @ axes + mean


def autoencoder(x: np.ndarray, new: np.ndarray, seed: int) -> np.ndarray:
    """New pictures through a network with two units in its middle."""
    rng = np.random.default_rng(seed)
    config = MLPConfig(in_features=64, hidden=(64, 2, 64), classes=64, activation="tanh")
    model: Any = MLP(config, rng=rng).astype(np.float64)
    optimizer = optim.Adam(model.parameters(), lr=4e-3)
    for _ in range(1_500):
        batch = x[rng.integers(0, len(x), size=50)]
        optimizer.zero_grad()
        mse(model(batch), batch).backward()
        optimizer.step()
    return model(new).numpy()


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    many, network, two = numbers.values()
    return many < 0.7 * network and network < 0.95 * two
