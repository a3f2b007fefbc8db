"""Generative adversarial nets (Goodfellow and others 2014)."""

from .config import PRESETS, GANConfig
from .numpy_model import (
    GAN,
    discriminator_loss,
    discriminator_step,
    generator_loss,
    generator_step,
    sample,
)

__all__ = [
    "GAN",
    "PRESETS",
    "GANConfig",
    "discriminator_loss",
    "discriminator_step",
    "generator_loss",
    "generator_step",
    "sample",
]
