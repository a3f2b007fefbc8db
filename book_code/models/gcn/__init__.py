"""Graph convolutional networks (Kipf and Welling 2016)."""

from .config import PRESETS, GCNConfig
from .numpy_model import GCN

__all__ = ["GCN", "PRESETS", "GCNConfig"]
