"""Softmax regression."""

from .config import PRESETS, SoftmaxRegressionConfig
from .numpy_model import SoftmaxRegression

__all__ = ["PRESETS", "SoftmaxRegression", "SoftmaxRegressionConfig"]
