"""LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998)."""

from .config import PRESETS, LeNetConfig
from .numpy_model import LeNet5

__all__ = ["PRESETS", "LeNet5", "LeNetConfig"]
