"""MobileNetV2 (Sandler, Howard, Zhu, Zhmoginov and Chen 2018)."""

from .config import PRESETS, MobileNetConfig
from .numpy_model import MobileNetV2

__all__ = ["PRESETS", "MobileNetConfig", "MobileNetV2"]
