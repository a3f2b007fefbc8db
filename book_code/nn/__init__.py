"""Layers: modules that hold parameters, named and laid out as PyTorch does it."""

from book_code.nn.activations import ReLU, Sigmoid, Tanh
from book_code.nn.containers import Flatten, Sequential
from book_code.nn.conv import AvgPool2d, Conv2d, MaxPool2d
from book_code.nn.dropout import Dropout
from book_code.nn.linear import Linear
from book_code.nn.module import Module, functional_call
from book_code.nn.norm import (
    BatchNorm1d,
    BatchNorm2d,
    GroupNorm,
    InstanceNorm2d,
    LayerNorm,
    RMSNorm,
)

__all__ = [
    "AvgPool2d", "BatchNorm1d", "BatchNorm2d", "Conv2d", "Dropout", "Flatten", "GroupNorm",
    "InstanceNorm2d", "LayerNorm", "Linear", "MaxPool2d", "Module", "RMSNorm", "ReLU",
    "Sequential", "Sigmoid", "Tanh", "functional_call",
]  # fmt: skip
