"""Layers: modules that hold parameters, named and laid out as PyTorch does it."""

from book_code.nn.activations import (
    ELU,
    GELU,
    LeakyReLU,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Step,
    Tanh,
)
from book_code.nn.attention import Cache, MultiHeadAttention
from book_code.nn.containers import Flatten, Identity, Sequential
from book_code.nn.conv import Conv1d, Conv2d, ConvTranspose2d
from book_code.nn.dropout import Dropout, Dropout2d
from book_code.nn.embedding import Embedding
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
from book_code.nn.pooling import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    MaxPool2d,
    ReflectionPad2d,
    Upsample,
)
from book_code.nn.positional import RelativeBias, alibi, relative_buckets, rotary, sinusoidal
from book_code.nn.recurrent import GRU, LSTM, RNN
from book_code.nn.spectral_norm import spectral_norm

__all__ = [
    "ELU", "GELU", "GRU", "LSTM", "RNN", "AdaptiveAvgPool2d", "AvgPool2d", "BatchNorm1d",
    "BatchNorm2d", "Cache", "Conv1d", "Conv2d", "ConvTranspose2d", "Dropout", "Dropout2d",
    "Embedding", "Flatten", "GroupNorm", "Identity", "InstanceNorm2d", "LayerNorm",
    "LeakyReLU", "Linear", "MaxPool2d", "Module", "MultiHeadAttention", "PReLU", "RMSNorm",
    "ReLU", "ReflectionPad2d", "RelativeBias", "Sequential", "SiLU", "Sigmoid", "Softmax",
    "Softplus", "Step", "Tanh", "Upsample", "alibi", "functional_call", "relative_buckets",
    "rotary", "sinusoidal", "spectral_norm",
]  # fmt: skip
