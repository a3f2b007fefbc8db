"""The single-shot detector (Liu et al. 2015)."""

from .config import PRESETS, SSDConfig
from .numpy_model import Predictions, SingleShotDetector

__all__ = ["PRESETS", "Predictions", "SSDConfig", "SingleShotDetector"]
