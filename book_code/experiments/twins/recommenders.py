"""Made ratings of 60 people for 40 films: who is strict, which film is good, and a shared taste."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.models.matrix_factorization.config import MatrixFactorizationConfig
from book_code.models.matrix_factorization.numpy_model import MatrixFactorization, loss

TREND = "To know who rates makes forecasts better than the mean of the film."
METRICS = {
    "error in stars, film and user": "test_rmse_bias",
    "error in stars, factors": "test_rmse_mf",
    "error in stars, mean of the film": "test_rmse_popularity",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Root mean square errors on ratings that were held out."""
    users, items, stars = ratings(np.random.default_rng(seed))
    split = 4 * len(stars) // 5
    mean = stars[:split].mean()
    film = effects(items[:split], stars[:split] - mean, 40)
    user = effects(users[:split], stars[:split] - mean - film[items[:split]], 60)
    by_film = mean + film[items]
    guesses = [by_film + user[users], factors(users, items, stars, split, seed), by_film]
    errors = [float(np.sqrt(np.mean((guess - stars)[split:] ** 2))) for guess in guesses]
    return dict(zip(METRICS, errors, strict=True))


def ratings(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Half of all pairs, in a random order."""
    users, items = np.divmod(rng.permutation(60 * 40)[:1_200], 40)
    strict, good = rng.normal(0, 0.7, 60), rng.normal(0, 0.5, 40)
    taste = 0.3 * rng.standard_normal((60, 2)) @ rng.standard_normal((2, 40))
    noise = rng.normal(0, 0.6, 1_200)
    return users, items, 3.5 + strict[users] + good[items] + taste[users, items] + noise


def effects(of: np.ndarray, left: np.ndarray, count: int) -> np.ndarray:
    """The mean of what is left, a person or film; pulled to zero where there is little."""
    return np.bincount(of, left, count) / (np.bincount(of, minlength=count) + 3)


def factors(
    users: np.ndarray, items: np.ndarray, stars: np.ndarray, split: int, seed: int
) -> np.ndarray:
    """The forecasts of a matrix factorization."""
    config = MatrixFactorizationConfig(
        users=60, items=40, factors=2, mean=float(stars[:split].mean())
    )
    model: Any = MatrixFactorization(config, rng=np.random.default_rng(seed)).astype(np.float64)
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    part = slice(0, split)
    for _ in range(60):
        optimizer.zero_grad()
        loss(model, users[part], items[part], stars[part]).backward()
        optimizer.step()
    return model(users, items).numpy()


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    bias, factors, film = numbers.values()
    return max(bias, factors) < 0.95 * film
