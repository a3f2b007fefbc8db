"""The perceptron (Rosenblatt 1958)."""

from .config import PRESETS, PerceptronConfig

__all__ = ["PRESETS", "PerceptronConfig"]
