"""Pix2Pix: image-to-image translation with conditional adversarial networks (Isola, Zhu, Zhou and Efros 2016)."""

from .config import PRESETS, Pix2PixConfig, receptive_field
from .numpy_model import Pix2Pix, discriminator_loss, generator_loss, train_step

__all__ = [
    "PRESETS",
    "Pix2Pix",
    "Pix2PixConfig",
    "discriminator_loss",
    "generator_loss",
    "receptive_field",
    "train_step",
]
