"""A small VAE on 8 x 8 digits, with beta 1 and with beta 10."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.experiments.twins._learning import digits
from book_code.models.vae.config import VAEConfig
from book_code.models.vae.numpy_model import VAE, elbo_terms, negative_elbo, reconstruct

TREND = "A larger beta lets the code say less, and the pictures are given back worse."
METRICS = {
    "nats in the code, beta 1": "divergence_16_beta_1",
    "nats in the code, beta 10": "divergence_16_beta_10",
    "error of a pixel, beta 10": "error_16_beta_10",
    "error of a pixel, beta 1": "error_16_beta_1",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both."""
    (nats, error), (few_nats, worse) = learn(1.0, seed), learn(10.0, seed)
    return dict(zip(METRICS, [nats, few_nats, worse, error], strict=True))


def learn(beta: float, seed: int) -> tuple[float, float]:
    """The divergence of the codes from the prior, and the squared error of new pictures given back."""
    (train, held), rng = digits(), np.random.default_rng(seed)
    config = VAEConfig(shape=(1, 8, 8), hidden=(64,), latent=8, beta=beta)
    model: Any = VAE(config, rng=rng).astype(np.float64)
    optimizer = optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(250):
        x = train.x[rng.integers(0, len(train), size=50)]
        optimizer.zero_grad()
        negative_elbo(model, x, rng.standard_normal((50, 8))).backward()
        optimizer.step()
    _, divergence = elbo_terms(model, held.x, np.zeros((len(held), 8)))
    error = np.mean((reconstruct(model, held.x) - held.x) ** 2)
    return float(np.mean(divergence.numpy())), float(error)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    nats, few_nats, worse, error = numbers.values()
    return few_nats < 0.5 * nats and worse > 1.2 * error
