"""ConvNeXt (Liu, Mao, Wu, Feichtenhofer, Darrell and Xie 2022)."""

from .config import PRESETS, ConvNeXtConfig
from .numpy_model import ConvNeXt

__all__ = ["PRESETS", "ConvNeXt", "ConvNeXtConfig"]
