"""BERT (Devlin et al. 2018)."""

from .config import PRESETS, BERTConfig
from .numpy_model import BERT

__all__ = ["BERT", "PRESETS", "BERTConfig"]
