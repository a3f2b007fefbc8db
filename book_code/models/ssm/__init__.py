"""Selective state-space models (Mamba: Gu and Dao 2023)."""

from .config import PRESETS, SelectiveSSMConfig
from .numpy_model import SelectiveSSM

__all__ = ["PRESETS", "SelectiveSSM", "SelectiveSSMConfig"]
