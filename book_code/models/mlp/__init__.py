"""The multi-layer perceptron."""

from .config import PRESETS, MLPConfig

__all__ = ["PRESETS", "MLPConfig"]
