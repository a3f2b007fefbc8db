"""A recurrent network for sequences (Elman 1990)."""

from .config import PRESETS, RNNConfig, SequenceConfig
from .numpy_model import RNN, SequenceModel

__all__ = ["PRESETS", "RNN", "RNNConfig", "SequenceConfig", "SequenceModel"]
