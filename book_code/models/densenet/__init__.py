"""DenseNet (Huang, Liu, van der Maaten and Weinberger 2016)."""

from .config import PRESETS, DenseNetConfig
from .numpy_model import DenseNet

__all__ = ["PRESETS", "DenseNet", "DenseNetConfig"]
