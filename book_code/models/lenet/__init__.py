"""LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998)."""

from .config import PRESETS, LeNetConfig

__all__ = ["PRESETS", "LeNetConfig"]
