"""GPT (Radford et al. 2018, 2019)."""

from .config import PRESETS, GPTConfig
from .numpy_model import GPT

__all__ = ["GPT", "PRESETS", "GPTConfig"]
