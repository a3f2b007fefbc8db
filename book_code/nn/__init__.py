"""Layers: modules that hold parameters, named and laid out as PyTorch does it."""

from book_code.nn.activations import ReLU, Sigmoid, Tanh
from book_code.nn.containers import Flatten, Sequential
from book_code.nn.conv import AvgPool2d, Conv2d, MaxPool2d
from book_code.nn.dropout import Dropout
from book_code.nn.linear import Linear
from book_code.nn.module import Module, functional_call

__all__ = [
    "AvgPool2d", "Conv2d", "Dropout", "Flatten", "Linear", "MaxPool2d", "Module", "ReLU",
    "Sequential", "Sigmoid", "Tanh", "functional_call",
]  # fmt: skip
