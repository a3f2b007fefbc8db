"""Wasserstein GANs: with clipped weights (Arjovsky and others 2017), with a gradient penalty (Gulrajani and others 2017)."""

from .config import PRESETS, WGANConfig, WGANGPConfig
from .numpy_model import (
    WGAN,
    WGANGP,
    clip_weights,
    critic_loss,
    critic_step,
    generator_loss,
    generator_step,
    gradient_penalty,
    sample,
    wasserstein_estimate,
)

__all__ = [
    "PRESETS",
    "WGAN",
    "WGANGP",
    "WGANConfig",
    "WGANGPConfig",
    "clip_weights",
    "critic_loss",
    "critic_step",
    "generator_loss",
    "generator_step",
    "gradient_penalty",
    "sample",
    "wasserstein_estimate",
]
