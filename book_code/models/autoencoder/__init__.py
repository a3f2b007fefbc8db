"""Autoencoders: deep (Hinton and Salakhutdinov 2006), denoising (Vincent and others 2008), sparse, convolutional."""

from .config import (
    PRESETS,
    AutoencoderConfig,
    ConvolutionalAutoencoderConfig,
    DenoisingAutoencoderConfig,
)
from .numpy_blocks import corrupt, draw_noise, sparsity_penalty
from .numpy_model import (
    Autoencoder,
    ConvolutionalAutoencoder,
    DenoisingAutoencoder,
    reconstruction_error,
    reconstruction_loss,
)

__all__ = [
    "PRESETS",
    "Autoencoder",
    "AutoencoderConfig",
    "ConvolutionalAutoencoder",
    "ConvolutionalAutoencoderConfig",
    "DenoisingAutoencoder",
    "DenoisingAutoencoderConfig",
    "corrupt",
    "draw_noise",
    "reconstruction_error",
    "reconstruction_loss",
    "sparsity_penalty",
]
