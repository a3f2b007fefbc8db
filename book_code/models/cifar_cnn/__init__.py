"""A plain convolutional network for CIFAR-10, to be built and changed step by step."""

from .config import PRESETS, CifarCNNConfig
from .numpy_model import CifarCNN

__all__ = ["PRESETS", "CifarCNN", "CifarCNNConfig"]
