"""First values for parameters.

Every function takes a shape and an explicit generator and returns a float32 array. Shapes are laid
out as in PyTorch: (out, in) for a linear layer, (out, in, kH, kW) for a convolution.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

Shape = tuple[int, ...]


def fans(shape: Shape) -> tuple[int, int]:
    """How many numbers go into one output, and out of one input, of a weight.

    >>> fans((10, 84)), fans((16, 6, 5, 5))
    ((84, 10), (150, 400))
    """
    if len(shape) < 2:
        raise ValueError(f"fans expected the shape of a weight, (out, in, ...), got {shape}")
    if min(shape) < 1:
        raise ValueError(f"fans expected sizes of at least 1, got {shape}")
    window = math.prod(shape[2:])
    return shape[1] * window, shape[0] * window


def zeros(shape: Shape, *, rng: Any = None, dtype: Any = np.float32) -> np.ndarray:
    """Zeros; for biases.

    >>> zeros((2,)).tolist()
    [0.0, 0.0]
    """
    return np.zeros(shape, dtype)


def normal(
    shape: Shape, std: float = 0.01, *, rng: np.random.Generator, dtype: Any = np.float32
) -> np.ndarray:
    """Normal with mean 0.

    >>> normal((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    _check_std("normal", std)
    return (std * rng.standard_normal(shape)).astype(dtype)


def uniform(
    shape: Shape,
    low: float = -0.01,
    high: float = 0.01,
    *,
    rng: np.random.Generator,
    dtype: Any = np.float32,
) -> np.ndarray:
    """Uniform between two bounds.

    >>> bool(abs(uniform((2, 3), -1, 1, rng=np.random.default_rng(0))).max() <= 1)
    True
    """
    return rng.uniform(low, high, shape).astype(dtype)


def truncated_normal(
    shape: Shape,
    std: float = 0.02,
    bound: float = 2.0,
    *,
    rng: np.random.Generator,
    dtype: Any = np.float32,
) -> np.ndarray:
    """Normal with mean 0, drawn again where it lies beyond ``bound`` standard deviations.

    What is cut off also makes it narrower: with a bound of 2 the standard deviation is 0.88 · std. (In
    ``torch.nn.init.trunc_normal_`` the bounds are numbers, not multiples of std.)

    Examples:
        >>> w = truncated_normal((1000,), 1.0, rng=np.random.default_rng(0))
        >>> bool(abs(w).max() <= 2)
        True
    """
    _check_std("truncated_normal", std)
    if not bound > 0.1:
        raise ValueError(f"truncated_normal expected a bound above 0.1, got {bound}")
    w = rng.standard_normal(shape)
    while (beyond := np.abs(w) > bound).any():
        w[beyond] = rng.standard_normal(int(beyond.sum()))
    return (std * w).astype(dtype)


def lecun_normal(
    shape: Shape, gain: float = 1.0, *, rng: np.random.Generator, dtype: Any = np.float32
) -> np.ndarray:
    """Normal with variance gain² / fan in: what comes out varies as much as what goes in.

    References:
        Y. LeCun et al. (1998). Efficient backprop. In: Neural networks: tricks of the trade.
        Springer.

    Examples:
        >>> lecun_normal((2, 3), rng=np.random.default_rng(0)).shape
        (2, 3)
    """
    return normal(shape, gain / math.sqrt(fans(shape)[0]), rng=rng, dtype=dtype)


def xavier_normal(
    shape: Shape, gain: float = 1.0, *, rng: np.random.Generator, dtype: Any = np.float32
) -> np.ndarray:
    """Normal with variance gain² · 2 / (fan in + fan out): for what is nearly the identity near 0, as tanh is.

    References:
        X. Glorot, Y. Bengio (2010). Understanding the difficulty of training deep feedforward
        neural networks. AISTATS.

    Examples:
        >>> xavier_normal((2, 3), rng=np.random.default_rng(0)).dtype.name
        'float32'
    """
    return normal(shape, gain * math.sqrt(2 / sum(fans(shape))), rng=rng, dtype=dtype)


def xavier_uniform(
    shape: Shape, gain: float = 1.0, *, rng: np.random.Generator, dtype: Any = np.float32
) -> np.ndarray:
    """Uniform with the variance of :func:`xavier_normal`.

    >>> xavier_uniform((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    bound = gain * math.sqrt(6 / sum(fans(shape)))
    return uniform(shape, -bound, bound, rng=rng, dtype=dtype)


def he_normal(
    shape: Shape,
    gain: float = math.sqrt(2),
    mode: Literal["in", "out"] = "in",
    *,
    rng: np.random.Generator,
    dtype: Any = np.float32,
) -> np.ndarray:
    """Normal with variance gain² / fan: for ReLU, which passes on half of the variance.

    References:
        K. He et al. (2015). Delving deep into rectifiers. ICCV. arXiv:1502.01852

    Examples:
        >>> he_normal((2, 3), rng=np.random.default_rng(0)).shape
        (2, 3)
    """
    return normal(shape, gain / math.sqrt(_fan(shape, mode)), rng=rng, dtype=dtype)


def he_uniform(
    shape: Shape,
    gain: float = math.sqrt(2),
    mode: Literal["in", "out"] = "in",
    *,
    rng: np.random.Generator,
    dtype: Any = np.float32,
) -> np.ndarray:
    """Uniform with the variance of :func:`he_normal`.

    >>> he_uniform((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    bound = gain * math.sqrt(3 / _fan(shape, mode))
    return uniform(shape, -bound, bound, rng=rng, dtype=dtype)


def orthogonal(
    shape: Shape, gain: float = 1.0, *, rng: np.random.Generator, dtype: Any = np.float32
) -> np.ndarray:
    """A random matrix with orthonormal rows, or columns where there are more rows than columns.

    Axes after the first are taken as one. All such matrices are equally probable.

    References:
        A. Saxe, J. McClelland, S. Ganguli (2014). Exact solutions to the nonlinear dynamics of
        learning in deep linear neural networks. ICLR. arXiv:1312.6120

    Examples:
        >>> w = orthogonal((2, 3), rng=np.random.default_rng(0), dtype=np.float64)
        >>> bool(np.allclose(w @ w.T, np.eye(2)))
        True
    """
    if len(shape) < 2:
        raise ValueError(f"orthogonal expected a shape of at least two axes, got {shape}")
    rows, columns = shape[0], math.prod(shape[1:])
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))  # without this the distribution is not uniform
    return (gain * (q if rows >= columns else q.T)).reshape(shape).astype(dtype)


def identity(shape: Shape, *, rng: Any = None, dtype: Any = np.float32) -> np.ndarray:
    """A layer that passes on what comes in: the identity matrix, or its like for filters.

    A filter has a 1 in the middle of its own channel and 0 elsewhere (``torch.nn.init.dirac_``).

    >>> identity((2, 3)).tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    if len(shape) < 2:
        raise ValueError(
            f"identity expected the shape of a weight, (out, in, ...), got {shape}"
        )
    w = np.zeros(shape, dtype)
    middle = tuple(n // 2 for n in shape[2:])
    for i in range(min(shape[:2])):
        w[(i, i, *middle)] = 1
    return w


def _check_std(name: str, std: float) -> None:
    if not 0 <= std < math.inf:
        raise ValueError(f"{name} expected a finite std that is not negative, got {std}")


def _fan(shape: Shape, mode: str) -> int:
    if mode not in ("in", "out"):
        raise ValueError(f"mode is 'in' or 'out', got {mode!r}")
    return fans(shape)[mode == "out"]
