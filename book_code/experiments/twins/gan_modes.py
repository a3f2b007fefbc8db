"""A small GAN on a ring of eight heaps of points: both players equally fast, and the generator faster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.models.gan.config import GANConfig
from book_code.models.gan.numpy_model import GAN, discriminator_step, generator_step, sample

TREND = "Where both players learn at the same rate all heaps are made, where the generator is faster hardly any."
METRICS = {
    "heaps of 8, equally fast": "heaps_balanced",
    "heaps of 8, generator faster": "heaps_generator",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both."""
    return dict(zip(METRICS, [heaps(3e-3, 3e-3, seed), heaps(5e-3, 2e-4, seed)], strict=True))


def heaps(make: float, tell: float, seed: int) -> int:
    """Heaps that get at least a tenth of their share of the points, within three standard deviations."""
    rng = np.random.default_rng(seed)
    model: Any = GAN(GANConfig((2,), 2, (32, 32), (32, 32), None, "linear"), rng=rng)
    model.astype(np.float64)
    generator = optim.Adam(model.generator.parameters(), lr=make, betas=(0.5, 0.999))
    discriminator = optim.Adam(model.discriminator.parameters(), lr=tell, betas=(0.5, 0.999))
    turns = np.arange(8) * np.pi / 4
    middles = 2 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    for _ in range(700):
        x = middles[rng.integers(0, 8, size=64)] + 0.2 * rng.standard_normal((64, 2))
        discriminator_step(model, discriminator, x, rng.standard_normal((64, 2)))
        generator_step(model, generator, rng.standard_normal((64, 2)))
    points = sample(model, 500, rng=rng)
    distances = np.linalg.norm(points[:, None] - middles, axis=2)
    nearest = distances.argmin(axis=1)[distances.min(axis=1) < 0.6]
    return int((np.bincount(nearest, minlength=8) >= 0.1 * 500 / 8).sum())


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    equal, faster = numbers.values()
    return equal > faster + 3
