"""Graph attention networks (Veličković et al. 2017)."""

from .config import PRESETS, GATConfig
from .numpy_model import GAT

__all__ = ["GAT", "PRESETS", "GATConfig"]
