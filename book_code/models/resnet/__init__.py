"""Residual networks (He, Zhang, Ren and Sun 2015), for ImageNet and for CIFAR, and their plain twins."""

from .config import PRESETS, ResNetConfig
from .numpy_model import BasicBlock, Bottleneck, ResNet

__all__ = ["PRESETS", "BasicBlock", "Bottleneck", "ResNet", "ResNetConfig"]
