"""Normalization layers, with the names, buffers and conventions of PyTorch's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import norms as F
from book_code.nn.module import Module, check_sizes, floating_input


class _ChannelNorm(Module):
    """What batch and instance norm have in common: one set of numbers for each channel."""

    shapes: tuple[tuple[str, ...], ...]  # what may come in

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        name = type(self).__name__
        check_sizes(name, num_features)
        _check_eps(name, eps)
        if momentum is not None and not 0 <= momentum <= 1:
            raise ValueError(f"{name} expected a momentum from 0 to 1 or None, got {momentum}")
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight, self.bias = _parameters((num_features,), affine, affine)
        self.running_mean: np.ndarray | None = None
        self.running_var: np.ndarray | None = None
        self.num_batches_tracked: np.ndarray | None = None
        if track_running_stats:
            self.running_mean = np.zeros(num_features, np.float32)
            self.running_var = np.ones(num_features, np.float32)
            self.num_batches_tracked = np.array(0, np.int64)

    def _checked(self, x: Any) -> Tensor:
        x = _floats(self, x, self.weight, self.running_mean)
        fits = any(len(shape) == x.ndim for shape in self.shapes)
        if not fits or x.shape[1] != self.num_features:
            wanted = " or ".join(f"({', '.join(shape)})" for shape in self.shapes)
            wanted = wanted.replace("C", str(self.num_features))
            raise ValueError(
                f"{type(self).__name__} expected inputs of shape {wanted}, got {x.shape}"
            )
        return x

    def extra_repr(self) -> str:
        """Sizes and settings."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, track_running_stats={self.track_running_stats}"
        )


# --8<-- [start:batch_norm]
class _BatchNorm(_ChannelNorm):
    def forward(self, x: Any) -> Tensor:
        """Normalize by the batch in training, by what earlier batches left otherwise."""
        x = self._checked(x)
        mean, var = self.running_mean, self.running_var
        momentum = 0.0 if self.momentum is None else self.momentum
        if self.training and self.num_batches_tracked is not None:
            seen = self.num_batches_tracked + 1
            self.num_batches_tracked = np.asarray(seen, np.int64)
            if self.momentum is None:
                momentum = 1 / float(seen)  # the plain mean over all batches
            assert mean is not None
            assert var is not None
            mean, var = self.running_mean, self.running_var = mean.copy(), var.copy()
        return F.batch_norm(
            x, mean, var, self.weight, self.bias, self.training, momentum, self.eps
        )


# --8<-- [end:batch_norm]


class BatchNorm1d(_BatchNorm):
    """Every feature brought to mean 0 and variance 1 over the batch, then scaled and shifted.

    In training, mean and variance are those of the batch, and running means of both are kept; in use
    (``eval()``) the running ones take their place. The running variance is the unbiased one.

    Args:
        num_features: features or channels C.
        eps: keeps the division finite.
        momentum: how far the running numbers move at each batch; None keeps the mean over all.
        affine: whether there are a weight and a bias, which start as 1 and 0.
        track_running_stats: whether running numbers are kept; without them the batch's are always used.

    Shape:
        (N, C) or (N, C, L) -> the same; weight, bias, running_mean, running_var (C,)

    References:
        S. Ioffe, C. Szegedy (2015). Batch normalization: accelerating deep network training by
        reducing internal covariate shift. ICML. arXiv:1502.03167

    Examples:
        >>> layer = BatchNorm1d(2)
        >>> layer([[1.0, 10.0], [3.0, 30.0]]).data.round(2).tolist()
        [[-1.0, -1.0], [1.0, 1.0]]
        >>> layer.running_mean
        array([0.2, 2. ], dtype=float32)
    """

    shapes = (("N", "C"), ("N", "C", "L"))


class BatchNorm2d(_BatchNorm):
    """Every channel brought to mean 0 and variance 1 over the images of a batch and their pixels.

    Args:
        num_features: channels C.
        eps: keeps the division finite.
        momentum: how far the running numbers move at each batch; None keeps the mean over all.
        affine: whether there are a weight and a bias, which start as 1 and 0.
        track_running_stats: whether running numbers are kept; without them the batch's are always used.

    Shape:
        (N, C, H, W) -> the same; weight, bias, running_mean, running_var (C,)

    References:
        S. Ioffe, C. Szegedy (2015). Batch normalization. ICML. arXiv:1502.03167

    Examples:
        >>> list(BatchNorm2d(3).state_dict())
        ['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked']
    """

    shapes = (("N", "C", "H", "W"),)


class InstanceNorm2d(_ChannelNorm):
    """Every channel of every image by itself brought to mean 0 and variance 1.

    As in PyTorch there is nothing to learn unless ``affine`` is set, and no running numbers unless
    ``track_running_stats`` is set, so that training and use are the same.

    Args:
        num_features: channels C.
        eps: keeps the division finite.
        momentum: how far the running numbers move at each batch; None leaves them where they are.
        affine: whether there are a weight and a bias, which start as 1 and 0.
        track_running_stats: whether running numbers are kept, and used in ``eval()``.

    Shape:
        (N, C, H, W) -> the same; weight, bias, running_mean, running_var (C,)

    References:
        D. Ulyanov, A. Vedaldi, V. Lempitsky (2016). Instance normalization: the missing ingredient
        for fast stylization. arXiv:1607.08022

    Examples:
        >>> InstanceNorm2d(1)([[[[1.0, 3.0]]]]).data.round(2).tolist()
        [[[[-1.0, 1.0]]]]
    """

    shapes = (("N", "C", "H", "W"),)

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats)

    def forward(self, x: Any) -> Tensor:
        """Normalize every channel of every image."""
        x = self._checked(x)
        mean, var = self.running_mean, self.running_var
        own = self.training or mean is None
        if self.training and mean is not None and var is not None:
            mean, var = self.running_mean, self.running_var = mean.copy(), var.copy()
        momentum = self.momentum or 0.0
        return F.instance_norm(x, mean, var, self.weight, self.bias, own, momentum, self.eps)


# --8<-- [start:layer_norm]
class LayerNorm(Module):
    """Every example by itself brought to mean 0 and variance 1 over its last axes.

    Args:
        normalized_shape: the sizes of those axes.
        eps: keeps the division finite.
        elementwise_affine: whether there are a weight and a bias, which start as 1 and 0.
        bias: whether there is a bias beside the weight.

    Shape:
        (..., *normalized_shape) -> the same; weight, bias (*normalized_shape)

    References:
        J. Ba, J. Kiros, G. Hinton (2016). Layer normalization. arXiv:1607.06450

    Examples:
        >>> LayerNorm(2)([[1.0, 3.0], [10.0, 30.0]]).data.round(2).tolist()
        [[-1.0, 1.0], [-1.0, 1.0]]
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:
        self.normalized_shape = _shape("LayerNorm", normalized_shape)
        _check_eps("LayerNorm", eps)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.weight, self.bias = _parameters(
            self.normalized_shape, elementwise_affine, elementwise_affine and bias
        )

    def forward(self, x: Any) -> Tensor:
        """Normalize every example."""
        x = _examples(self, x, self.weight, self.normalized_shape)
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    # --8<-- [end:layer_norm]

    def extra_repr(self) -> str:
        """Sizes and settings."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Every example divided by the root of the mean of its squares: layer norm without the mean.

    Args:
        normalized_shape: the sizes of the last axes, over which the mean is taken.
        eps: keeps the division finite; when None, the precision of the type of the inputs.
        elementwise_affine: whether there is a weight, which starts as 1.

    Shape:
        (..., *normalized_shape) -> the same; weight (*normalized_shape)

    References:
        B. Zhang, R. Sennrich (2019). Root mean square layer normalization. NeurIPS.
        arXiv:1910.07467

    Examples:
        >>> RMSNorm(2)([[3.0, 4.0]]).data.round(2)
        array([[0.85, 1.13]], dtype=float32)
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float | None = None,
        elementwise_affine: bool = True,
    ) -> None:
        self.normalized_shape = _shape("RMSNorm", normalized_shape)
        _check_eps("RMSNorm", eps)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.weight = _parameters(self.normalized_shape, elementwise_affine, False)[0]

    def forward(self, x: Any) -> Tensor:
        """Divide every example by its size."""
        x = _examples(self, x, self.weight, self.normalized_shape)
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """Sizes and settings."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}"
        )


class GroupNorm(Module):
    """Groups of channels of one example brought to mean 0 and variance 1.

    Args:
        num_groups: how many groups the channels make; it must divide their number.
        num_channels: channels C.
        eps: keeps the division finite.
        affine: whether there are a weight and a bias, which start as 1 and 0.

    Shape:
        (N, C, ...) -> the same; weight, bias (C,)

    References:
        Y. Wu, K. He (2018). Group normalization. ECCV. arXiv:1803.08494

    Examples:
        >>> GroupNorm(2, 4)([[1.0, 3.0, 10.0, 30.0]]).data.round(2).tolist()
        [[-1.0, 1.0, -1.0, 1.0]]
    """

    def __init__(
        self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True
    ) -> None:
        check_sizes("GroupNorm", num_groups, num_channels)
        _check_eps("GroupNorm", eps)
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm cannot make {num_groups} equal groups of {num_channels} channels"
            )
        self.num_groups, self.num_channels, self.eps = num_groups, num_channels, eps
        self.affine = affine
        self.weight, self.bias = _parameters((num_channels,), affine, affine)

    def forward(self, x: Any) -> Tensor:
        """Normalize every group of every example."""
        x = _floats(self, x, self.weight)
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ValueError(
                f"GroupNorm expected inputs of shape (N, {self.num_channels}, ...), got {x.shape}"
            )
        return F.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Sizes and settings."""
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}"


def _parameters(
    shape: tuple[int, ...], weight: bool, bias: bool
) -> tuple[Tensor | None, Tensor | None]:
    return (
        Tensor(np.ones(shape, np.float32), requires_grad=True) if weight else None,
        Tensor(np.zeros(shape, np.float32), requires_grad=True) if bias else None,
    )


def _floats(layer: Module, x: Any, weight: Tensor | None, buffer: Any = None) -> Tensor:
    """The input as a tensor of the type of what the layer holds, or of its own if it holds nothing."""
    if weight is None and buffer is not None:
        weight = Tensor(buffer)
    if weight is None:
        x = x if isinstance(x, Tensor) else Tensor(x)
        weight = Tensor(np.zeros((), x.dtype if x.dtype.kind == "f" else np.float32))
    return floating_input(layer, x, weight)


def _examples(layer: Module, x: Any, weight: Tensor | None, shape: tuple[int, ...]) -> Tensor:
    x = _floats(layer, x, weight)
    if x.shape[-len(shape) :] != shape:
        raise ValueError(
            f"{type(layer).__name__} expected inputs of shape (..., {str(shape)[1:-1].rstrip(',')}), "
            f"got {x.shape}"
        )
    return x


def _shape(name: str, shape: Any) -> tuple[int, ...]:
    sizes = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    check_sizes(name, *sizes)
    if math.prod(sizes) < 1 or not sizes:
        raise ValueError(f"{name} expected at least one size, got {shape}")
    return tuple(int(n) for n in sizes)


def _check_eps(name: str, eps: float | None) -> None:
    if eps is not None and not eps >= 0:
        raise ValueError(f"{name} expected an eps that is not negative, got {eps}")
