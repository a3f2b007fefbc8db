"""Where a token stands: five ways to tell attention, which without them sees a set and not a sequence.

Sinusoidal and learned positions are added to the embeddings; rotary ones turn queries and keys; ALiBi and T5's
buckets are added to the scores.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.nn.embedding import Embedding
from book_code.nn.module import Module, check_sizes


# --8<-- [start:sinusoidal]
def sinusoidal(length: int, dim: int) -> np.ndarray:
    """Sines in the even columns and cosines in the odd ones, of wavelengths from 2π to 10000 · 2π.

    Vaswani et al. (2017), arXiv:1706.03762, section 3.5.

    Args:
        length: number of positions T.
        dim: number of features D, even.

    Shape:
        -> (T, D), float32

    Examples:
        >>> sinusoidal(2, 4)[1].round(2)
        array([0.84, 0.54, 0.01, 1.  ], dtype=float32)
    """
    check_sizes("sinusoidal", length)
    _even("sinusoidal", dim)
    angles = np.arange(length)[:, None] / 10_000 ** (np.arange(0, dim, 2) / dim)  # (T, D/2)
    waves = np.stack([np.sin(angles), np.cos(angles)], axis=-1)  # (T, D/2, 2)
    return waves.reshape(length, dim).astype(np.float32)  # (T, D)


# --8<-- [end:sinusoidal]


# --8<-- [start:rotary]
def rotary_angles(positions: Any, dim: int, base: float = 10_000.0) -> np.ndarray:
    """How far each pair of features is turned at each position: position · base^(-2i / D).

    >>> rotary_angles([0, 1], 4).round(2).tolist()
    [[0.0, 0.0], [1.0, 0.01]]
    """
    _even("rotary positions", dim)
    if not base > 0:
        raise ValueError(f"rotary positions expected a base above 0, got {base}")
    return np.asarray(positions)[:, None] * base ** (-np.arange(0, dim, 2) / dim)


def rotary(x: Any, positions: Any, base: float = 10_000.0) -> Tensor:
    """Queries or keys, each pair of features turned by an angle that grows with the position (RoPE).

    The product of a turned query and a turned key depends on the distance between them alone.
    Su et al. (2021), arXiv:2104.09864, equation 34: the pairs are features 2i and 2i + 1.

    Args:
        x: queries or keys.
        positions: where each stands, T whole numbers.
        base: sets the slowest turn.

    Shape:
        x (..., T, D) -> (..., T, D), D even

    Examples:
        >>> rotary(Tensor([[1.0, 0.0]]), [np.pi / 2]).data.round(4) + 0.0
        array([[0., 1.]])
    """
    x = x if isinstance(x, Tensor) else Tensor(x)
    if x.dtype.kind != "f":
        raise TypeError(f"rotary expected floating-point queries or keys, got {x.dtype}")
    if x.ndim < 2 or np.shape(positions) != x.shape[-2:-1]:
        raise ValueError(
            f"rotary expected queries or keys (..., T, D) and T positions, "
            f"got {x.shape} and positions of shape {np.shape(positions)}"
        )
    angles = rotary_angles(positions, x.shape[-1], base)  # (T, D/2)
    sine, cosine = np.sin(angles).astype(x.dtype), np.cos(angles).astype(x.dtype)
    even, odd = x[..., 0::2], x[..., 1::2]  # (..., T, D/2)
    turned = F.stack([even * cosine - odd * sine, even * sine + odd * cosine], axis=-1)
    return turned.reshape(x.shape)  # (..., T, D)


# --8<-- [end:rotary]


# --8<-- [start:alibi]
def alibi_slopes(heads: int) -> np.ndarray:
    """How steeply each head forgets: 2^(-8/H), 2^(-16/H), ...; for other H those of the next powers of 2.

    >>> alibi_slopes(4).tolist()
    [0.25, 0.0625, 0.015625, 0.00390625]
    """
    if heads < 1:
        raise ValueError(f"alibi expected at least 1 head, got {heads}")
    power = 2 ** math.floor(math.log2(heads))
    slopes = 2.0 ** (-8 * np.arange(1, power + 1) / power)
    between = 2.0 ** (-4 * np.arange(1, 2 * power + 1, 2) / power)[: heads - power]
    return np.concatenate([slopes, between])


def alibi(heads: int, queries: int, keys: int) -> np.ndarray:
    """What is added to the scores: minus a slope times the distance (ALiBi). The last query is at the last key.

    Press et al. (2021), arXiv:2108.12409; keys that come later get as much as those that came earlier.

    Shape:
        -> (heads, queries, keys), float32

    >>> alibi(4, 2, 2)[0]
    array([[-0.  , -0.25],
           [-0.25, -0.  ]], dtype=float32)
    """
    check_sizes("alibi", queries, keys)
    distance = np.abs(np.arange(keys) - (np.arange(queries) + keys - queries)[:, None])
    return (-alibi_slopes(heads)[:, None, None] * distance).astype(np.float32)


# --8<-- [end:alibi]


# --8<-- [start:relative]
def relative_buckets(
    queries: int, keys: int, *, buckets: int = 32, furthest: int = 128, both_ways: bool = True
) -> np.ndarray:
    """The number of the bucket that the distance from query to key falls into.

    Near distances have a bucket each, far ones share buckets that grow as powers. Raffel et al. (2019),
    arXiv:1910.10683, section 2.1.

    Args:
        queries: number of queries; the last one is at the last key.
        keys: number of keys.
        buckets: how many there are.
        furthest: the distance from which on all share the last bucket.
        both_ways: whether keys that come later have buckets of their own (half of them); else they count as here.

    Shape:
        -> (queries, keys), integers from 0 to buckets - 1

    >>> relative_buckets(1, 6, buckets=8, furthest=16, both_ways=False).tolist()
    [[4, 4, 3, 2, 1, 0]]
    """
    check_sizes("relative_buckets", queries, keys)
    near = buckets // (4 if both_ways else 2)
    if near < 1 or furthest <= near:
        raise ValueError(
            f"relative_buckets expected at least {4 if both_ways else 2} buckets, and furthest above {near} "
            f"(distances below {near} have a bucket each); got buckets={buckets}, furthest={furthest}"
        )
    distance = (np.arange(queries) + keys - queries)[:, None] - np.arange(keys)  # > 0: earlier
    offset = np.zeros_like(distance)
    if both_ways:
        buckets //= 2
        offset = buckets * (distance < 0)
    distance = np.abs(distance) if both_ways else np.maximum(distance, 0)
    exact = buckets // 2
    # float32 as in the published code: at a border between buckets the rounding decides
    ratio = np.log(np.maximum(distance, 1).astype(np.float32) / np.float32(exact))
    far = exact + (ratio / math.log(furthest / exact) * (buckets - exact)).astype(np.int64)
    return offset + np.where(distance < exact, distance, np.minimum(far, buckets - 1))


class RelativeBias(Module):
    """A number for each bucket of distance and each head, learned, that is added to the scores (T5).

    Args:
        heads: number of heads.
        buckets: number of buckets.
        furthest: the distance from which on all share the last bucket.
        both_ways: whether keys that come later have buckets of their own.
        rng: where the first weights come from.

    Shape:
        forward(queries, keys) -> (heads, queries, keys); weight (buckets, heads)

    Examples:
        >>> RelativeBias(4, rng=np.random.default_rng(0))(3, 5).shape
        (4, 3, 5)
    """

    def __init__(
        self,
        heads: int,
        buckets: int = 32,
        furthest: int = 128,
        both_ways: bool = True,
        *,
        rng: np.random.Generator,
    ) -> None:
        self.settings = {"buckets": buckets, "furthest": furthest, "both_ways": both_ways}
        self.table = Embedding(buckets, heads, rng=rng)

    def forward(self, queries: int, keys: int) -> Tensor:  # type: ignore[override]
        """The numbers to add."""
        near = relative_buckets(queries, keys, **self.settings)  # type: ignore[arg-type]
        return self.table(near).transpose(2, 0, 1)  # (H, T, S)


# --8<-- [end:relative]


def _even(name: str, dim: int) -> None:
    if dim < 2 or dim % 2:
        raise ValueError(
            f"{name}: features come in pairs, so their number must be even; got {dim}"
        )
