"""Multi-head attention: Vaswani et al. (2017), Attention Is All You Need, arXiv:1706.03762, section 3.2.

code         paper   shape            meaning
q_proj       W^Q     (H·d, D)         queries of all heads; k_proj and v_proj likewise
out_proj     W^O     (D, H·d)         joins the heads
num_heads    h
head_dim     d_k     D / H            also d_v
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.nn.linear import Linear
from book_code.nn.module import Module


class Cache:
    """Keys and values of what was read so far, so that the next token need not compute them again.

    One for each attention layer; give the same one to every call.

    >>> cache = Cache()
    >>> len(cache)
    0
    """

    def __init__(self, keys: Any = None, values: Any = None) -> None:
        self.keys, self.values = keys, values

    def __len__(self) -> int:
        return 0 if self.keys is None else self.keys.shape[-2]

    def extend(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Take in new ones, (N, H, T, d) each, and return all.

        >>> cache = Cache()
        >>> keys, values = cache.extend(Tensor(np.ones((1, 2, 3, 4))), Tensor(np.ones((1, 2, 3, 4))))
        >>> len(cache), keys.shape
        (3, (1, 2, 3, 4))
        """
        if self.keys is not None:
            keys = F.concatenate([self.keys, keys], axis=2)
            values = F.concatenate([self.values, values], axis=2)
        self.keys, self.values = keys.detach(), values.detach()
        return keys, values


# --8<-- [start:attention]
class MultiHeadAttention(Module):
    """Every token asks, in several heads at once, and takes a weighted mean of what the tokens offer.

    Args:
        embed_dim: features D of a token.
        num_heads: number of heads H.
        bias: whether the four projections add a bias.
        head_dim: features d of a head; D / H when None.
        rng: where the first weights come from.

    Shape:
        x (N, T, D), memory (N, S, D) -> (N, T, D)

    Examples:
        >>> layer = MultiHeadAttention(16, 4, rng=np.random.default_rng(0))
        >>> layer(np.zeros((2, 5, 16), np.float32), causal=True).shape
        (2, 5, 16)
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        *,
        bias: bool = True,
        head_dim: int | None = None,
        rng: np.random.Generator,
    ) -> None:
        self.num_heads, self.head_dim = num_heads, per_head(embed_dim, num_heads, head_dim)
        width = num_heads * self.head_dim
        self.q_proj = Linear(embed_dim, width, bias, rng=rng)
        self.k_proj = Linear(embed_dim, width, bias, rng=rng)
        self.v_proj = Linear(embed_dim, width, bias, rng=rng)
        self.out_proj = Linear(width, embed_dim, bias, rng=rng)

    def forward(
        self,
        x: Any,
        memory: Any = None,
        *,
        mask: Any = None,
        causal: bool = False,
        scale: float | None = None,
        rotate: Callable[[Tensor, np.ndarray], Tensor] | None = None,
        cache: Cache | None = None,
    ) -> Tensor:
        """What every token takes.

        Args:
            x: who asks.
            memory: who is asked; x itself when None.
            mask: booleans, True where a token may look, or numbers added to the scores; it broadcasts to
                (N, H, T, S).
            causal: whether a token may look at itself and at earlier ones only.
            scale: of the scores, 1 / √d by default.
            rotate: turns queries and keys by their positions, such as `rotary`.
            cache: what was read before; x follows it.
        """
        q, k, v = self.heads(x, memory, rotate, cache)  # (N, H, T, d), (N, H, S, d) twice
        mask = causal_mask(mask, q.shape[2], k.shape[2]) if causal else mask
        out = F.scaled_dot_product_attention(q, k, v, mask=mask, scale=scale)  # (N, H, T, d)
        n, h, t, d = out.shape
        return self.out_proj(out.transpose(0, 2, 1, 3).reshape(n, t, h * d))  # (N, T, D)

    def heads(
        self, x: Any, memory: Any = None, rotate: Any = None, cache: Cache | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values of all heads, (N, H, T, d) and (N, H, S, d) twice."""
        memory = x if memory is None else memory
        q, k, v = (
            split_heads(layer(given), self.num_heads)
            for layer, given in ((self.q_proj, x), (self.k_proj, memory), (self.v_proj, memory))
        )
        if rotate is not None:
            start = 0 if cache is None else len(cache)
            q, k = (rotate(z, start + np.arange(z.shape[2])) for z in (q, k))
        return (q, k, v) if cache is None else (q, *cache.extend(k, v))

    # --8<-- [end:attention]

    def weights(
        self, x: Any, memory: Any = None, *, mask: Any = None, causal: bool = False
    ) -> Tensor:
        """How much every token takes of every other, in each head: (N, H, T, S), rows that sum to 1."""
        q, k, _ = self.heads(x, memory)
        mask = causal_mask(mask, q.shape[2], k.shape[2]) if causal else mask
        return F.attention_weights(q, k, mask=mask)


def split_heads(x: Tensor, heads: int) -> Tensor:
    """Cut the features into heads: (N, T, H·d) -> (N, H, T, d).

    >>> split_heads(Tensor(np.zeros((2, 5, 12))), 3).shape
    (2, 3, 5, 4)
    """
    if x.ndim != 3:
        raise ValueError(
            f"MultiHeadAttention expected tokens of shape (N, T, D), got {x.shape[:-1]} and the features"
        )
    n, t, width = x.shape
    return x.reshape(n, t, heads, width // heads).transpose(0, 2, 1, 3)


def causal_mask(mask: Any, queries: int, keys: int) -> Any:
    """A mask that besides hides what comes later; the last query stands at the last key.

    >>> causal_mask(None, 2, 3).astype(int).tolist()
    [[1, 1, 0], [1, 1, 1]]
    """
    earlier = np.tri(queries, keys, keys - queries, dtype=bool)
    if mask is None:
        return earlier
    mask = mask if isinstance(mask, Tensor) else np.asarray(mask)
    if mask.dtype.kind == "f":
        return mask + np.where(earlier, 0, -np.inf).astype(mask.dtype)
    return mask & earlier


def per_head(embed_dim: int, num_heads: int, head_dim: int | None) -> int:
    """Features of each head, or an error when they do not come out even.

    >>> per_head(16, 3, None)
    Traceback (most recent call last):
    ValueError: 16 features cannot be shared evenly by 3 heads
    """
    if num_heads < 1:
        raise ValueError(f"attention expected at least 1 head, got {num_heads}")
    if head_dim is None and embed_dim % num_heads:
        raise ValueError(f"{embed_dim} features cannot be shared evenly by {num_heads} heads")
    return embed_dim // num_heads if head_dim is None else head_dim
