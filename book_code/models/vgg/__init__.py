"""VGG (Simonyan and Zisserman 2014)."""

from .config import PRESETS, VGGConfig
from .numpy_model import VGG

__all__ = ["PRESETS", "VGG", "VGGConfig"]
