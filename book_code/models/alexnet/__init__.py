"""AlexNet (Krizhevsky, Sutskever and Hinton 2012), in the form with one tower."""

from .config import PRESETS, AlexNetConfig
from .numpy_model import AlexNet

__all__ = ["PRESETS", "AlexNet", "AlexNetConfig"]
