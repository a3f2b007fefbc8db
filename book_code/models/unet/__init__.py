"""U-Net (Ronneberger, Fischer and Brox 2015)."""

from .config import PRESETS, UNetConfig
from .numpy_model import UNet

__all__ = ["PRESETS", "UNet", "UNetConfig"]
