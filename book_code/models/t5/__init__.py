"""T5 (Raffel et al. 2019)."""

from .config import PRESETS, T5Config
from .numpy_model import T5

__all__ = ["PRESETS", "T5", "T5Config"]
