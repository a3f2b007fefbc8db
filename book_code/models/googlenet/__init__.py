"""GoogLeNet (Szegedy et al. 2014)."""

from .config import PRESETS, GoogLeNetConfig, GoogLeNetOutputs
from .numpy_model import GoogLeNet, googlenet_loss

__all__ = ["PRESETS", "GoogLeNet", "GoogLeNetConfig", "GoogLeNetOutputs", "googlenet_loss"]
