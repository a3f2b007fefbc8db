"""Conditional generative adversarial nets (Mirza and Osindero 2014), and the projection discriminator (Miyato and Koyama 2018)."""

from .config import PRESETS, ConditionalGANConfig
from .numpy_model import (
    ConditionalGAN,
    discriminator_loss,
    discriminator_step,
    generator_loss,
    generator_step,
    sample,
)

__all__ = [
    "PRESETS",
    "ConditionalGAN",
    "ConditionalGANConfig",
    "discriminator_loss",
    "discriminator_step",
    "generator_loss",
    "generator_step",
    "sample",
]
