"""A small GAN on the principal components of 8 x 8 digits: codes of one number, and of several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.experiments.twins._learning import digits
from book_code.metrics import precision_recall
from book_code.models.gan.config import GANConfig
from book_code.models.gan.numpy_model import GAN, discriminator_step, generator_step, sample

TREND = "From a code of one number comes little of what is real, from a longer code most of it."
METRICS = {
    "recall (%), code of 1 number": "recall_dcgan_32_1",
    "recall (%), code of 16 numbers": "recall_dcgan_32_16",
}
PARTS = 5


def measure(seed: int = 0) -> dict[str, float]:
    """Train with both codes; recall is that of the components."""
    train, held = (split.x.reshape(-1, 64) for split in digits())
    _, _, parts = np.linalg.svd(train - train.mean(axis=0), full_matrices=False)
    parts *= np.sign(parts.sum(axis=1, keepdims=True))  # libraries differ in the sign
    x, real = ((one - train.mean(axis=0)) @ parts[:PARTS].T for one in (train, held))
    x, real = x / x.std(axis=0), real / x.std(axis=0)
    return dict(zip(METRICS, [recall(x, real, code, seed) for code in (1, 16)], strict=True))


def recall(x: np.ndarray, real: np.ndarray, code: int, seed: int) -> float:
    """What share of 500 real digits a GAN could make after 400 steps, in per cent."""
    rng = np.random.default_rng(seed)
    model: Any = GAN(GANConfig((PARTS,), code, (32,), (32, 32), None, "linear"), rng=rng)
    model.astype(np.float64)
    generator = optim.Adam(model.generator.parameters(), lr=3e-3, betas=(0.5, 0.999))
    discriminator = optim.Adam(model.discriminator.parameters(), lr=1e-2, betas=(0.5, 0.999))
    for _ in range(400):
        batch = x[rng.integers(0, len(x), size=64)]
        discriminator_step(model, discriminator, batch, rng.standard_normal((64, code)))
        generator_step(model, generator, rng.standard_normal((64, code)))
    return 100 * precision_recall(real[:500], sample(model, 500, rng=rng))[1]


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    one, many = numbers.values()
    return many > one + 20
