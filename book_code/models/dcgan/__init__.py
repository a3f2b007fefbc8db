"""Deep convolutional generative adversarial networks (Radford, Metz and Chintala 2015)."""

from ..gan.numpy_model import (
    discriminator_loss,
    discriminator_step,
    generator_loss,
    generator_step,
    sample,
)
from .config import PRESETS, DCGANConfig
from .numpy_blocks import MinibatchDiscrimination
from .numpy_model import DCGAN

__all__ = [
    "DCGAN",
    "PRESETS",
    "DCGANConfig",
    "MinibatchDiscrimination",
    "discriminator_loss",
    "discriminator_step",
    "generator_loss",
    "generator_step",
    "sample",
]
