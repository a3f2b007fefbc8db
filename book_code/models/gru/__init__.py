"""Gated recurrent unit (Cho et al. 2014)."""

from .config import PRESETS, GRUConfig
from .numpy_model import GRU

__all__ = ["GRU", "PRESETS", "GRUConfig"]
