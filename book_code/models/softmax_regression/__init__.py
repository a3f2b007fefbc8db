"""Softmax regression."""

from .config import PRESETS, SoftmaxRegressionConfig

__all__ = ["PRESETS", "SoftmaxRegressionConfig"]
