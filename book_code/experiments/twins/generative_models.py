"""Digits made by a VAE that learned for a second, beside real ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.experiments.twins._learning import digits
from book_code.metrics import precision_recall
from book_code.models.vae.config import VAEConfig
from book_code.models.vae.numpy_model import VAE, negative_elbo, sample

TREND = "A VAE of seconds makes pictures that could be real, and few kinds of those that real ones have."
METRICS = {
    "diversity (%), real pictures": "recall_real",
    "quality (%), VAE": "precision_vae",
    "diversity (%), VAE": "recall_vae",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Shares of 500 pictures that lie near those of the other kind."""
    (train, held), rng = digits(), np.random.default_rng(seed)
    config = VAEConfig(shape=(1, 8, 8), hidden=(64,), latent=8)
    model: Any = VAE(config, rng=rng).astype(np.float64)
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(400):
        x = train.x[rng.integers(0, len(train), size=50)]
        optimizer.zero_grad()
        negative_elbo(model, x, rng.standard_normal((50, 8))).backward()
        optimizer.step()
    real, other = train.x[:500].reshape(500, 64), held.x[:500].reshape(500, 64)
    made = sample(model, 500, rng=rng).reshape(500, 64)
    quality, diversity = precision_recall(real, made)
    numbers = [100 * float(n) for n in (precision_recall(real, other)[1], quality, diversity)]
    return dict(zip(METRICS, numbers, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    real, quality, diversity = numbers.values()
    return diversity < quality - 20 and diversity < real - 20
