"""SSD300, the single-shot detector on VGG-16 (Liu et al. 2015)."""

from .config import PRESETS, SSD300Config
from .numpy_model import SSD300

__all__ = ["PRESETS", "SSD300", "SSD300Config"]
