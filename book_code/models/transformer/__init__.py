"""The Transformer (Vaswani et al. 2017)."""

from .config import PRESETS, TransformerClassifierConfig, TransformerConfig
from .numpy_model import Transformer, TransformerClassifier

__all__ = [
    "PRESETS", "Transformer", "TransformerClassifier", "TransformerClassifierConfig", "TransformerConfig",
]  # fmt: skip
