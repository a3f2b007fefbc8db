"""Eight bits instead of 32: Jacob et al. (2017), arXiv:1712.05877, section 2.

    code         paper   meaning
    scale        S       the step between two neighbouring integers
    zero_point   Z       the integer that stands for 0.0, exactly
    values       q       the integers; a number is r = S (q - Z)        (equation 1)

Weights get one scale for each output (a row of a matrix, a filter), symmetric about 0, so that Z = 0; the inputs of a
layer get one scale and zero point for the whole batch, measured when it comes ("dynamic" quantization). The products are
summed as integers and scaled once at the end. Deviation from the paper: there the output is scaled to integers too, with
ranges that were measured in training.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autodiff import Tensor
from ..autodiff import functional as F
from ..nn import Conv2d, Linear, Module, Sequential

Place = tuple[Any, Any, Any]  # (owner, attribute or index, layer)


# --8<-- [start:quantize]
@dataclass(frozen=True)
class Quantized:
    """An array in eight bits: r = scale · (values - zero_point).

    Attributes:
        values: int8, of the shape of the array.
        scale: one number, or one for each entry of the first axis, shaped to broadcast.
        zero_point: integers shaped like `scale`.
    """

    values: np.ndarray
    scale: np.ndarray
    zero_point: np.ndarray

    def dequantize(self) -> np.ndarray:
        """Return the numbers that the integers stand for, float32.

        >>> quantize(np.array([-1.0, 0.0, 0.5])).dequantize().round(2)
        array([-1. ,  0. ,  0.5], dtype=float32)
        """
        centred = self.values.astype(np.int32) - self.zero_point
        return self.scale * centred.astype(np.float32)


def quantize(
    array: Any, *, per_row: bool = False, symmetric: bool = True, bits: int = 8
) -> Quantized:
    """Round an array to integers of a few bits.

    Args:
        array: finite numbers.
        per_row: whether every entry of the first axis has a scale of its own.
        symmetric: whether the range is -largest to largest, so that 0 is the integer 0; otherwise it is from the
            smallest (or 0) to the largest (or 0), which suits what comes out of ReLU.
        bits: from 2 to 8.

    Returns:
        Integers with their scale and zero point; the error is at most half a scale.

    Raises:
        ValueError: for nan or infinity, or another number of bits.

    >>> quantize(np.array([0.0, 1.0, 2.55]), symmetric=False).values.tolist()
    [-128, -28, 127]
    """
    array = np.asarray(array, np.float32)
    if not 2 <= bits <= 8:
        raise ValueError(f"quantize expected from 2 to 8 bits, got {bits}")
    if not np.isfinite(array).all():
        raise ValueError("quantize expected finite numbers; there is a nan or an infinity")
    highest = 2 ** (bits - 1) - 1
    axes = tuple(range(1, array.ndim)) if per_row else None
    kept = {"axis": axes, "keepdims": per_row}
    low = array.min(**kept, initial=0).astype(np.float64)  # a range may be too wide for float32
    high = array.max(**kept, initial=0).astype(np.float64)
    if symmetric:
        scale = np.maximum(-low, high) / highest
    else:
        scale = (high - low) / (2 * highest + 1)
    zero_point = np.zeros_like(scale, dtype=np.int32)
    scale = np.where(scale > 0, scale, 1).astype(np.float32)  # all zeros: any scale will do
    if not symmetric:
        zero_point = np.rint(-highest - 1 - low / scale).astype(np.int32)
    steps = np.rint(array / scale) + zero_point
    least = -highest if symmetric else -highest - 1
    return Quantized(np.clip(steps, least, highest).astype(np.int8), scale, zero_point)


# --8<-- [end:quantize]


# --8<-- [start:layers]
class QuantizedLinear(Module):
    """A fully connected layer whose weights are int8 and whose inputs are rounded to int8; for use, not for training.

    Args:
        layer: the layer whose weights are taken.
        bits: of each weight, from 2 to 8.

    Shape:
        (..., in) -> (..., out)

    >>> layer = Linear(4, 2, rng=np.random.default_rng(0))
    >>> x = np.ones((1, 4), np.float32)
    >>> bool(np.abs(QuantizedLinear(layer)(x).numpy() - layer(x).numpy()).max() < 0.01)
    True
    """

    def __init__(self, layer: Linear, bits: int = 8):
        super().__init__()
        weight = quantize(layer.weight.numpy(), per_row=True, bits=bits)
        self.weight = weight.values  # (out, in)
        self.scale = weight.scale.reshape(-1)  # (out,)
        self.bias = None if layer.bias is None else layer.bias.numpy().copy()  # (out,)

    def forward(self, x: Any) -> Tensor:  # (..., in)
        """Return the layer's outputs, computed with integers."""
        x = np.asarray(x.data if isinstance(x, Tensor) else x)
        centred, scale = rounded(x)  # (..., in)
        sums = centred @ self.weight.astype(np.float64).T  # (..., out)
        out = sums.astype(np.float32) * (scale * self.scale)
        return Tensor(out if self.bias is None else out + self.bias)  # (..., out)


class QuantizedConv2d(Module):
    """A convolution whose weights are int8 and whose inputs are rounded to int8; for use, not for training.

    Args:
        layer: the layer whose weights are taken.
        bits: of each weight, from 2 to 8.

    Shape:
        (N, C, H, W) -> (N, O, OH, OW)

    >>> layer = Conv2d(1, 2, 3, rng=np.random.default_rng(0))
    >>> QuantizedConv2d(layer)(np.ones((1, 1, 5, 5), np.float32)).shape
    (1, 2, 3, 3)
    """

    def __init__(self, layer: Conv2d, bits: int = 8):
        super().__init__()
        weight = quantize(layer.weight.numpy(), per_row=True, bits=bits)
        self.stride, self.padding, self.dilation = layer.stride, layer.padding, layer.dilation
        self.groups = getattr(layer, "groups", 1)
        self.weight = weight.values  # (O, C, kH, kW)
        self.scale = weight.scale.reshape(-1)  # (O,)
        self.bias = None if layer.bias is None else layer.bias.numpy().copy()  # (O,)

    def forward(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Return the layer's outputs, computed with rounded inputs and weights."""
        x = np.asarray(x.data if isinstance(x, Tensor) else x)
        centred, scale = rounded(x)  # (N, C, H, W)
        window = (None, self.stride, self.padding, self.dilation, self.groups)
        sums = F.conv2d(centred, self.weight.astype(np.float64), *window).numpy()
        out = sums.astype(np.float32) * (scale * self.scale)[:, None, None]
        return Tensor(out if self.bias is None else out + self.bias[:, None, None])


def rounded(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a batch as integers of eight bits, less the zero point, and their scale.

    The integers come as float64, which holds them and their sums exactly and multiplies them by BLAS; a chip with
    instructions for int8 is what makes them fast.

    >>> rounded(np.array([0.0, 1.0, 2.55]))[0].tolist()
    [0.0, 100.0, 255.0]
    """
    given = quantize(x, symmetric=False)
    return given.values.astype(np.float64) - given.zero_point, given.scale


# --8<-- [end:layers]


# --8<-- [start:model]
def quantize_model(model: Any, bits: int = 8, skip: tuple[str, ...] = ()) -> Any:
    """Return a copy of a model whose Linear and Conv2d layers are quantized, in evaluation mode.

    Args:
        model: a NumPy model; it stays as it is.
        bits: of each weight, from 2 to 8.
        skip: dotted names of layers to leave in float32; the first and the last layer suffer most.

    Raises:
        ValueError: when a name in `skip` is no Linear or Conv2d layer of the model, or none is left.

    >>> from book_code import build
    >>> small = quantize_model(build("lenet5", rng=np.random.default_rng(0)))
    >>> type(small.conv1).__name__, small.fc1.weight.dtype.name
    ('QuantizedConv2d', 'int8')
    """
    if isinstance(skip, str):
        raise TypeError(f"skip is a tuple of names, got one string: write ({skip!r},)")
    model = copy.deepcopy(model).eval()
    layers = dict(_layers(model))
    if unknown := [name for name in skip if name not in layers]:
        raise ValueError(
            f"{', '.join(unknown)}: no Linear or Conv2d layer of the model; it has {', '.join(layers)}"
        )
    chosen = {name: place for name, place in layers.items() if name not in skip}
    if not chosen:
        raise ValueError("quantize_model found no Linear or Conv2d layer to quantize")
    for owner, key, layer in chosen.values():
        small = (QuantizedLinear if isinstance(layer, Linear) else QuantizedConv2d)(layer, bits)
        if isinstance(key, int):
            owner[key] = small
        else:
            setattr(owner, key, small)
    return model


# --8<-- [end:model]


def size_in_bytes(state: Mapping[str, np.ndarray]) -> int:
    """Return how many bytes the arrays of a state dict take.

    >>> size_in_bytes({"weight": np.zeros((2, 3), np.float32), "scale": np.zeros(2, np.int8)})
    26
    """
    if hasattr(state, "state_dict"):
        raise TypeError("size_in_bytes takes a state dict: write model.state_dict()")
    return sum(np.asarray(value).nbytes for value in state.values())


def _layers(module: Module, prefix: str = "") -> Iterator[tuple[str, Place]]:
    """(name, where it stands) of every plain Linear and Conv2d; it stands in a module or in a list."""
    for name, value in vars(module).items():
        inside = "" if isinstance(module, Sequential) else f"{name}."
        items: list[tuple[str, Any, Any, Any]] = [(name, module, name, value)]
        if isinstance(value, list):
            items = [(f"{inside}{i}", value, i, item) for i, item in enumerate(value)]
        for path, owner, key, item in items:
            if type(item) in (Linear, Conv2d):
                yield prefix + path, (owner, key, item)
            elif isinstance(item, Module):
                yield from _layers(item, f"{prefix}{path}.")
