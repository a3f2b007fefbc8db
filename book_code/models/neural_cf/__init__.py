"""Neural collaborative filtering (He et al. 2017)."""

from .config import PRESETS, NeuralCFConfig
from .numpy_model import NeuralCF

__all__ = ["PRESETS", "NeuralCF", "NeuralCFConfig"]
