"""CycleGAN: unpaired image-to-image translation (Zhu, Park, Isola and Efros 2017)."""

from .config import PRESETS, CycleGANConfig
from .numpy_model import (
    CycleGAN,
    Translations,
    discriminator_loss,
    generator_loss,
    train_step,
)
from .pool import ImagePool

__all__ = [
    "PRESETS",
    "CycleGAN",
    "CycleGANConfig",
    "ImagePool",
    "Translations",
    "discriminator_loss",
    "generator_loss",
    "train_step",
]
