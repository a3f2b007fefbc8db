"""The multi-layer perceptron."""

from .config import PRESETS, MLPConfig
from .numpy_model import MLP

__all__ = ["MLP", "PRESETS", "MLPConfig"]
