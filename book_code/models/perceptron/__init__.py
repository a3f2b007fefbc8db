"""The perceptron (Rosenblatt 1958)."""

from .config import PRESETS, MulticlassPerceptronConfig, PerceptronConfig
from .numpy_model import MulticlassPerceptron, Perceptron

__all__ = [
    "PRESETS",
    "MulticlassPerceptron",
    "MulticlassPerceptronConfig",
    "Perceptron",
    "PerceptronConfig",
]
