"""The Vision Transformer (Dosovitskiy et al. 2020)."""

from .config import PRESETS, ViTConfig
from .numpy_model import ViT

__all__ = ["PRESETS", "ViT", "ViTConfig"]
