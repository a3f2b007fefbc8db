"""Several tasks on one trunk (Caruana 1997)."""

from .config import PRESETS, MultiTaskConfig
from .numpy_model import MultiTaskNet

__all__ = ["PRESETS", "MultiTaskConfig", "MultiTaskNet"]
