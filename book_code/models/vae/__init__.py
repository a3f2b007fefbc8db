"""Variational autoencoders (Kingma and Welling 2013), beta-VAE (Higgins and others 2017), conditional (Sohn and others 2015)."""

from .config import PRESETS, VAEConfig
from .numpy_model import (
    VAE,
    VAEOutput,
    elbo,
    elbo_terms,
    importance_weighted_bound,
    interpolate,
    log_likelihood,
    negative_elbo,
    reconstruct,
    sample,
)

__all__ = [
    "PRESETS",
    "VAE",
    "VAEConfig",
    "VAEOutput",
    "elbo",
    "elbo_terms",
    "importance_weighted_bound",
    "interpolate",
    "log_likelihood",
    "negative_elbo",
    "reconstruct",
    "sample",
]
