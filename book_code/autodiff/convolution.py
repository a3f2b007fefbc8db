"""Convolution: filters that slide over images and sequences, and its adjoint, which slides them back.

Every window is laid out as a column (``windows.py``); after that a convolution is one product of matrices.
That is the definition; what runs, unless there are groups, is the same at one go (``fast_convolution.py``).
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from book_code.autodiff import fast_convolution
from book_code.autodiff.engine import as_tensors
from book_code.autodiff.fused import fused
from book_code.autodiff.ops import pad
from book_code.autodiff.tensor import Tensor
from book_code.autodiff.windows import fold, unfold, window_counts

Pair = int | tuple[int, int]
Padding = Pair | Literal["valid", "same", "full"]


# --8<-- [start:conv2d]
def conv2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Pair = 1,
    padding: Padding = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Tensor:
    """Slide every filter over every image and take inner products.

    As in all deep-learning libraries this is the cross-correlation: the filter is not turned round.

    Args:
        x: images.
        weight: filters.
        bias: one number for each filter, or None.
        stride: step of the window.
        padding: rows and columns of zeros around the image: a number, a pair, "valid" (none),
            "same" (output as large as the input; stride 1) or "full" (every overlap counts).
        dilation: distance between the pixels that one filter sees.
        groups: how many parts the channels are cut into; a filter sees one part. C groups: one channel each
            ("depthwise").

    Shape:
        x (N, C, H, W), weight (O, C / groups, kH, kW), bias (O,) -> (N, O, OH, OW)

    Raises:
        ValueError: when shapes do not fit, naming what was expected.

    Examples:
        >>> edges = Tensor([[[[-1.0, 1.0]]]])
        >>> conv2d(Tensor([[[[0.0, 0.0, 5.0, 5.0]]]]), edges)
        Tensor([[[[0., 5., 0.]]]])
    """
    x, weight = as_tensors((x, weight))
    _check_conv2d(x, weight, groups)
    kernel, stride, dilation = weight.shape[2:], pair(stride), pair(dilation)
    margins = _margins(padding, kernel, stride, dilation)
    size = [n + sum(around) for n, around in zip(x.shape[2:], margins, strict=True)]
    check_window("conv2d", size, kernel, stride, dilation)
    if bias is not None:
        bias = check_bias("conv2d", bias, len(weight), x)
    settings = {"margins": margins, "stride": stride, "dilation": dilation}
    if groups == 1:
        return _at_one_go(x, weight, bias, **settings)
    if groups == len(weight) == x.shape[1]:
        return _depthwise(x, weight, bias, **settings)
    return windows_times_filters(x, weight, bias, **settings, groups=groups)


def windows_times_filters(
    x: Tensor,
    weight: Tensor,
    bias: Any,
    margins: Any,
    stride: Any,
    dilation: Any,
    groups: int = 1,
) -> Tensor:
    """The definition: every window as a column, and one product of matrices (one for each group)."""
    x = pad(x, margins)
    columns = unfold(
        x, kernel=weight.shape[2:], stride=stride, dilation=dilation
    )  # C kH kW N OH OW
    filters, entries = len(weight), weight.size // len(weight)
    places = columns.size // (groups * entries)  # N*OH*OW
    if filters == groups:  # one filter a group: nothing to sum but the places of the window
        products = weight.reshape(groups, entries, 1) * columns.reshape(groups, entries, places)
        out = products.sum(axis=1)  # O N*OH*OW
    else:
        rows = weight.reshape(groups, filters // groups, entries)
        out = rows @ columns.reshape(groups, entries, places)  # G O/G N*OH*OW
    out = out.reshape(filters, *columns.shape[3:]).transpose(1, 0, 2, 3)  # N O OH OW
    return out if bias is None else out + bias.reshape(-1, 1, 1)


_at_one_go = fused(windows_times_filters)(fast_convolution.conv2d)
_depthwise = fused(
    lambda x, weight, bias, **along: windows_times_filters(
        x, weight, bias, **along, groups=len(weight)
    )
)(fast_convolution.depthwise)


# --8<-- [end:conv2d]


def conv1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: int = 1,
    padding: int | Literal["valid", "same", "full"] = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Tensor:
    """Slide every filter over every sequence: a convolution over images of height 1.

    Args:
        x: sequences.
        weight: the filters.
        bias: one number for each filter, or None.
        stride: step of the window.
        padding: zeros before and after: a number, "valid", "same" or "full".
        dilation: distance between the places that one filter sees.
        groups: how many parts the channels are cut into; a filter sees one part.

    Shape:
        x (N, C, L), weight (O, C / groups, k), bias (O,) -> (N, O, OL)

    Examples:
        >>> conv1d(Tensor([[[0.0, 0.0, 5.0, 5.0]]]), Tensor([[[-1.0, 1.0]]]))
        Tensor([[[0., 5., 0.]]])
    """
    x, weight = as_tensors((x, weight))
    if x.ndim != 3 or weight.ndim != 3 or x.shape[1] != weight.shape[1] * groups:
        raise ValueError(
            f"conv1d expected sequences (N, C, L) and filters (O, C / groups, k), got {x.shape} and "
            f"{weight.shape} with groups={groups}"
        )
    flat = x.reshape(*x.shape[:2], 1, x.shape[2])  # N C 1 L
    rows = weight.reshape(*weight.shape[:2], 1, weight.shape[2])  # O C/G 1 k
    around = padding if isinstance(padding, str) else (0, padding)
    out = conv2d(flat, rows, bias, (1, stride), around, (1, dilation), groups)  # N O 1 OL
    return out.reshape(*out.shape[:2], out.shape[3])


# --8<-- [start:conv_transpose2d]
def conv_transpose2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Pair = 1,
    padding: Pair = 0,
    output_padding: Pair = 0,
    groups: int = 1,
    dilation: Pair = 1,
) -> Tensor:
    """Paint every filter, times the pixel, where the pixel stands: the adjoint of :func:`conv2d`.

    A stride of 2 doubles height and width. The weight is that of the convolution whose adjoint it is, so its
    first axis belongs to the channels that come in.

    Args:
        x: images.
        weight: the filters.
        bias: one number for each channel that goes out, or None.
        stride: distance between the places where two neighbouring pixels are painted.
        padding: rows and columns that are cut off on every side.
        output_padding: rows and columns more at the bottom and at the right; less than the stride.
        groups: how many parts the channels are cut into.
        dilation: distance between the pixels of one filter.

    Shape:
        x (N, I, H, W), weight (I, O / groups, kH, kW), bias (O,) -> (N, O, OH, OW) with
        OH = (H - 1)·stride - 2·padding + dilation·(kH - 1) + output_padding + 1

    Examples:
        >>> conv_transpose2d(Tensor([[[[1.0, 2.0]]]]), Tensor([[[[1.0, 1.0, 1.0]]]]), stride=(1, 2))
        Tensor([[[[1., 1., 3., 2., 2.]]]])
    """
    x, weight = as_tensors((x, weight))
    stride, dilation = pair(stride), pair(dilation)
    cut, extra = pair(padding), pair(output_padding)
    _check_conv_transpose2d(x, weight, groups, stride, extra)
    kernel, per_group = weight.shape[2:], weight.shape[1]
    size = [
        (n - 1) * s + d * (k - 1) + 1 + e
        for n, s, d, k, e in zip(x.shape[2:], stride, dilation, kernel, extra, strict=True)
    ]
    if min(n - 2 * p for n, p in zip(size, cut, strict=True)) < 1:
        raise ValueError(f"conv_transpose2d: padding {cut} cuts off all of {tuple(size)}")
    if bias is not None:
        bias = check_bias("conv_transpose2d", bias, groups * per_group, x)
    margins = tuple((p, p) for p in cut)
    settings = {"size": tuple(size), "margins": margins, "stride": stride, "dilation": dilation}
    if groups == 1:
        return _back_at_one_go(x, weight, bias, **settings)
    return painted_filters(x, weight, bias, **settings, groups=groups)


def painted_filters(
    x: Tensor, weight: Tensor, bias: Any, size: Any, margins: Any, stride: Any, dilation: Any,
    groups: int = 1,
) -> Tensor:  # fmt: skip
    """The definition: one product of matrices (one for each group), and every window added where it stands."""
    n, channels, height, width = x.shape
    pixels = x.transpose(1, 0, 2, 3)  # I N H W
    pixels = pixels.reshape(groups, channels // groups, n * height * width)  # G I/G N*H*W
    filters = weight.reshape(groups, channels // groups, -1).transpose(0, 2, 1)
    columns = filters @ pixels  # G O/G*kH*kW N*H*W
    columns = columns.reshape(groups * weight.shape[1], *weight.shape[2:], n, height, width)
    out = fold(columns, size=size, kernel=weight.shape[2:], stride=stride, dilation=dilation)
    rows, cols = (slice(a, whole - b) for (a, b), whole in zip(margins, size, strict=True))
    out = out[:, :, rows, cols]  # N O OH OW
    return out if bias is None else out + bias.reshape(-1, 1, 1)


_back_at_one_go = fused(painted_filters)(fast_convolution.conv_transpose2d)


# --8<-- [end:conv_transpose2d]


def pad2d(x: Any, margins: Any, fill: float = 0.0) -> Tensor:
    """Rows and columns of ``fill`` around every image.

    Args:
        x: images, in the last two axes.
        margins: ((above, below), (left, right)).
        fill: the number that stands there.

    Examples:
        >>> pad2d(Tensor([[[[7.0]]]]), ((0, 1), (1, 0)))
        Tensor([[[[0., 7.],
                  [0., 0.]]]])
    """
    return pad(x, margins, fill)


def pair(value: Any) -> tuple[int, int]:
    """A number for both directions, or one number for each.

    >>> pair(3), pair((1, 2))
    ((3, 3), (1, 2))
    """
    values = (value, value) if isinstance(value, int | np.integer) else tuple(value)
    if len(values) != 2 or any(int(v) != v or v < 0 for v in values):
        raise ValueError(f"expected a whole number or a pair of them, got {value!r}")
    return int(values[0]), int(values[1])


def _margins(padding: Padding, kernel: Any, stride: Any, dilation: Any) -> Any:
    """((above, below), (left, right)) of a padding given in words or numbers."""
    reach = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    if padding == "valid":
        return (0, 0), (0, 0)
    if padding == "full":
        return tuple((r, r) for r in reach)
    if padding == "same":
        if stride != (1, 1):
            raise ValueError(f"conv2d with padding 'same' needs stride 1, got {stride}")
        return tuple((r // 2, r - r // 2) for r in reach)
    if isinstance(padding, str):
        raise ValueError(f"conv2d knows padding 'valid', 'same' and 'full', got {padding!r}")
    return tuple((p, p) for p in pair(padding))


def check_images(name: str, x: Tensor, channels: Any = "C") -> None:
    """Raise, in the name of a layer, unless ``x`` is a batch of images with so many channels.

    >>> check_images("Conv2d", Tensor(np.zeros((1, 28, 28))), 1)
    Traceback (most recent call last):
    ValueError: Conv2d expected images of shape (N, 1, H, W), got (1, 28, 28); add the missing axis: x[None] (batch) or x[:, None] (channel)
    """
    if x.ndim != 4 or (channels != "C" and x.shape[1] != channels):
        hint = ""
        if x.ndim == 3:
            hint = "; add the missing axis: x[None] (batch) or x[:, None] (channel)"
        elif x.ndim == 4 and x.shape[3] == channels:
            hint = "; channels come second: x.transpose(0, 3, 1, 2)"
        raise ValueError(
            f"{name} expected images of shape (N, {channels}, H, W), got {x.shape}{hint}"
        )


def check_bias(name: str, bias: Any, outputs: int, like: Tensor) -> Tensor:
    """Return the bias as a tensor of the type of ``like``, or raise in the name of a layer.

    >>> check_bias("conv2d", [1.0, 2.0], 3, Tensor([0.0]))
    Traceback (most recent call last):
    ValueError: conv2d expected a bias of shape (3,), got (2,)
    """
    bias = as_tensors((like, bias))[1]
    if bias.shape != (outputs,):
        raise ValueError(f"{name} expected a bias of shape ({outputs},), got {bias.shape}")
    return bias


def _check_conv2d(x: Tensor, weight: Tensor, groups: int) -> None:
    if weight.ndim != 4:
        raise ValueError(f"conv2d expected filters of shape (O, C, kH, kW), got {weight.shape}")
    if weight.size == 0:
        raise ValueError(f"conv2d got no filters: their shape is {weight.shape}")
    if groups < 1 or len(weight) % groups:
        raise ValueError(
            f"conv2d expected a number of filters that groups={groups} divides, got {len(weight)}"
        )
    check_images("conv2d", x, weight.shape[1] * groups)


def _check_conv_transpose2d(
    x: Tensor, weight: Tensor, groups: int, stride: Any, extra: Any
) -> None:
    if weight.ndim != 4 or weight.size == 0:
        raise ValueError(
            f"conv_transpose2d expected filters of shape (I, O / groups, kH, kW), got {weight.shape}"
        )
    check_images("conv_transpose2d", x, len(weight))
    if groups < 1 or len(weight) % groups:
        raise ValueError(
            f"conv_transpose2d expected channels that groups={groups} divides, got {len(weight)}"
        )
    if 0 in stride or any(e >= s for e, s in zip(extra, stride, strict=True)):
        raise ValueError(
            f"conv_transpose2d expected an output padding below the stride, got {extra} and {stride}"
        )


def check_window(name: str, size: Any, kernel: Any, stride: Any, dilation: Any) -> None:
    """Raise, in the name of a layer, unless a window fits into images of this height and width.

    >>> check_window("conv2d", (2, 2), (3, 3), (1, 1), (1, 1))
    Traceback (most recent call last):
    ValueError: conv2d: a window of (3, 3) with dilation (1, 1) does not fit into an image of 2 x 2 (padding included)
    """
    if 0 in kernel or 0 in stride or 0 in dilation:
        raise ValueError(
            f"{name} expected kernel, stride and dilation of at least 1, "
            f"got {kernel}, {stride} and {dilation}"
        )
    if min(window_counts(size, kernel, stride, dilation)) < 1:
        raise ValueError(
            f"{name}: a window of {kernel} with dilation {dilation} does not fit into an image of "
            f"{size[0]} x {size[1]} (padding included)"
        )
