"""Spectral normalization: a layer that stretches nothing by more than 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.nn.conv import Conv1d, Conv2d, ConvTranspose2d
from book_code.nn.linear import Linear
from book_code.nn.module import Module, check_sizes


# --8<-- [start:spectral_norm]
class _SpectrallyNormalized(Module):
    """What :func:`spectral_norm` puts in front of the class of a layer."""

    weight_orig: Tensor
    weight_u: np.ndarray
    weight_v: np.ndarray
    power_iterations: int
    eps: float

    @property
    def weight(self) -> Tensor:
        """The weight over its largest singular value, as far as u and v have found it."""
        rows = as_matrix(self, self.weight_orig)  # (out, everything else)
        sigma = (rows @ self.weight_v * self.weight_u).sum()  # uᵀ W v
        if not sigma.data:
            raise ValueError(
                f"a {type(self).__name__} of zeros cannot be normalized: its largest singular value is 0"
            )
        return self.weight_orig / sigma

    def forward(self, x: Any) -> Any:
        """The layer with its weight scaled; in training u and v are improved first."""
        if self.training:
            w = as_matrix(self, self.weight_orig).data
            for _ in range(self.power_iterations):  # into new arrays: old records stay true
                self.weight_v = unit(w.T @ self.weight_u, self.eps)
                self.weight_u = unit(w @ self.weight_v, self.eps)
        return super().forward(x)


def spectral_norm(
    layer: Any, power_iterations: int = 1, eps: float = 1e-12, *, rng: np.random.Generator
) -> Any:
    """Make a layer divide its weight by its largest singular value, and return the layer.

    A discriminator of such layers cannot change faster than its input. The singular value is not computed
    anew: one step of power iteration for every batch follows it, as the weight changes little.

    Names are those of ``torch.nn.utils.spectral_norm``: ``weight_orig`` is trained; ``weight_u`` and
    ``weight_v``, the singular vectors, are buffers. The gradient takes u and v for constants.

    Args:
        layer: a Linear, Conv1d, Conv2d or ConvTranspose2d.
        power_iterations: steps for each batch in training.
        eps: keeps the division finite.
        rng: where the first u and v come from.

    References:
        T. Miyato, T. Kataoka, M. Koyama, Y. Yoshida (2018). Spectral normalization for generative
        adversarial networks. ICLR. arXiv:1802.05957

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> layer = spectral_norm(Linear(3, 2, rng=rng), power_iterations=50, rng=rng)
        >>> _ = layer(np.zeros((1, 3), np.float32))
        >>> round(float(np.linalg.svd(layer.weight.data)[1][0]), 4)
        1.0
    """
    if not isinstance(layer, Linear | Conv1d | Conv2d | ConvTranspose2d):
        raise TypeError(
            "spectral_norm expected a Linear, Conv1d, Conv2d or ConvTranspose2d layer, "
            f"got {type(layer).__name__}"
        )
    if isinstance(layer, _SpectrallyNormalized):
        raise ValueError(f"this {type(layer).__name__} is normalized already")
    check_sizes("spectral_norm", power_iterations)
    if not eps > 0:
        raise ValueError(f"spectral_norm expected an eps above 0, got {eps}")
    made: Any = layer
    original, kind = made.weight, type(layer)
    made.__class__ = type(kind.__name__, (_SpectrallyNormalized, kind), {})
    del made.__dict__["weight"]
    made.weight_orig = original
    made.power_iterations, made.eps = power_iterations, eps
    rows, columns = as_matrix(made, original).shape
    made.weight_u = unit(rng.standard_normal(rows).astype(original.dtype), eps)
    made.weight_v = unit(rng.standard_normal(columns).astype(original.dtype), eps)
    return made


def as_matrix(layer: Any, weight: Tensor) -> Tensor:
    """A weight as a matrix with one row for each output.

    >>> layer = ConvTranspose2d(3, 2, 4, rng=np.random.default_rng(0))
    >>> as_matrix(layer, layer.weight).shape
    (2, 48)
    """
    if isinstance(layer, ConvTranspose2d):  # (in, out, kH, kW)
        weight = weight.transpose(1, 0, 2, 3)
    return weight.reshape(weight.shape[0], -1)


def unit(vector: np.ndarray, eps: float) -> np.ndarray:
    """A vector of length 1 in the same direction.

    >>> unit(np.array([3.0, 4.0]), 1e-12)
    array([0.6, 0.8])
    """
    return vector / max(float(np.linalg.norm(vector)), eps)


# --8<-- [end:spectral_norm]
