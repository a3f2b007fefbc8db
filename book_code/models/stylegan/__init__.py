"""StyleGAN (Karras, Laine and Aila 2018) in the form of StyleGAN2 (Karras et al. 2019)."""

from .config import PRESETS, StyleGAN2Config
from .numpy_model import StyleGAN2
from .numpy_training import (
    discriminator_loss,
    draw_noise,
    generator_loss,
    mix,
    path_lengths,
    r1_penalty,
    sample,
    track_mean,
    truncate,
)

__all__ = [
    "PRESETS",
    "StyleGAN2",
    "StyleGAN2Config",
    "discriminator_loss",
    "draw_noise",
    "generator_loss",
    "mix",
    "path_lengths",
    "r1_penalty",
    "sample",
    "track_mean",
    "truncate",
]
