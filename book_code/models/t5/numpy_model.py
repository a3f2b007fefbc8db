"""T5: Raffel et al. (2019), Exploring the Limits of Transfer Learning, arXiv:1910.10683.

    code                 paper                      shape        meaning
    tokens, target       inputs and targets         (N, T)       texts; 0 is padding
    embedding.weight                                (V, D)       of both texts, and of the output
    encoder_bias,        relative position          (H, T, S)    what distance adds to the scores; one for all
    decoder_bias         embeddings                              layers of a side (section 2.1)
    self_attn, ...       self-attention             (N, T, D)    scores are not divided by √d
    linear1, linear2     feed-forward               (N, T, D)    ReLU between, no biases anywhere
    norm1 ...            layer normalization                     before each part; scales only, no mean: RMS

Deviations from the paper: none in the network (version 1.0), but in training shares of attention are not dropped. The
output's weights are the embedding's, divided by √D, as the published code does it.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ..transformer.numpy_layers import check_pairs, check_tokens
from .config import T5Config


# --8<-- [start:layer]
class T5Layer(nn.Module):
    """Attention among the tokens, in the decoder also to the encoder's, then two layers for each by itself.

    Shape:
        x (N, T, D), memory (N, S, D) -> (N, T, D)

    >>> layer = T5Layer(T5Config.tiny(), decoder=False, rng=np.random.default_rng(0))
    >>> layer(Tensor(np.zeros((1, 3, 8), np.float32))).shape
    (1, 3, 8)
    """

    def __init__(self, config: T5Config, *, decoder: bool, rng: np.random.Generator):
        super().__init__()
        settings: dict[str, Any] = {"bias": False, "head_dim": config.head_dim, "rng": rng}
        width = config.embed_dim
        self.self_attn = nn.MultiHeadAttention(width, config.heads, **settings)
        self.norm1 = nn.RMSNorm(width, eps=1e-6)
        if decoder:
            self.cross_attn = nn.MultiHeadAttention(width, config.heads, **settings)
            self.norm3 = nn.RMSNorm(width, eps=1e-6)
        self.linear1 = nn.Linear(width, config.feedforward, bias=False, rng=rng)
        self.linear2 = nn.Linear(config.feedforward, width, bias=False, rng=rng)
        self.norm2 = nn.RMSNorm(width, eps=1e-6)
        self.dropout = nn.Dropout(config.dropout, rng=rng)

    def forward(
        self, x: Tensor, memory: Any = None, memory_mask: Any = None, **attention: Any
    ) -> Tensor:  # (N, T, D)
        """Return the tokens, each with what it gathered."""
        x = x + self.dropout(self.self_attn(self.norm1(x), scale=1.0, **attention))
        if memory is not None:
            look = {"mask": memory_mask, "scale": 1.0}
            x = x + self.dropout(self.cross_attn(self.norm3(x), memory, **look))
        hidden = self.dropout(F.relu(self.linear1(self.norm2(x))))  # (N, T, d_ff)
        return x + self.dropout(self.linear2(hidden))  # (N, T, D)


# --8<-- [end:layer]


# --8<-- [start:model]
class T5(nn.Module):
    """An encoder that reads a text, and a decoder that writes one; returns logits of every next token.

    Shape:
        tokens (N, S), target (N, T), integers -> (N, T, V)

    >>> model = T5(T5Config.tiny(), rng=np.random.default_rng(0))
    >>> model([[3, 1, 4, 1, 5]], [[0, 2, 6]]).shape
    (1, 3, 11)
    """

    def __init__(self, config: T5Config | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or T5Config()
        kinds = (config.heads, config.buckets, config.furthest)
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.embed_dim, rng=rng)
        self.encoder_bias = nn.RelativeBias(*kinds, both_ways=True, rng=rng)
        self.encoder = [T5Layer(config, decoder=False, rng=rng) for _ in range(config.layers)]
        self.encoder_norm = nn.RMSNorm(config.embed_dim, eps=1e-6)
        self.decoder_bias = nn.RelativeBias(*kinds, both_ways=False, rng=rng)
        self.decoder = [T5Layer(config, decoder=True, rng=rng) for _ in range(config.layers)]
        self.decoder_norm = nn.RMSNorm(config.embed_dim, eps=1e-6)
        self.dropout = nn.Dropout(config.dropout, rng=rng)
        initialize(self, rng)

    def encode(self, tokens: Any) -> Tensor:  # (N, S)
        """Return what the encoder makes of the text that is read."""
        tokens = check_tokens(tokens, self.config)
        x, length = self.dropout(self.embedding(tokens)), tokens.shape[1]  # (N, S, D)
        mask = self.encoder_bias(length, length) + hide_padding(tokens, x.dtype)
        for layer in self.encoder:
            x = layer(x, mask=mask)
        return self.dropout(self.encoder_norm(x))  # (N, S, D)

    def decode(
        self,
        target: Any,
        memory: Tensor,
        tokens: Any = None,
        caches: list[nn.Cache] | None = None,
    ) -> Tensor:  # (N, T), (N, S, D)
        """Return the logits after each token that was written.

        Args:
            target: what was written so far, beginning with 0; with `caches` only what is new.
            memory: what `encode` gave.
            tokens: what was read, for its padding.
            caches: one a layer, from `new_caches`, to write token by token.
        """
        start = len(caches[0]) if caches else 0
        target = check_tokens(target, self.config, start)
        x, length = self.dropout(self.embedding(target)), target.shape[1]  # (N, T, D)
        near = self.decoder_bias(length, start + length)  # (H, T, S)
        hidden = None if tokens is None else (np.asarray(tokens) != 0)[:, None, None]
        each: list[Any] = [*caches] if caches else [None] * len(self.decoder)
        for layer, cache in zip(self.decoder, each, strict=True):
            x = layer(x, memory, hidden, mask=near, causal=True, cache=cache)
        x = self.dropout(self.decoder_norm(x)) * self.config.embed_dim**-0.5
        return F.linear(x, self.embedding.weight)  # (N, T, V)

    def forward(self, tokens: Any, target: Any) -> Tensor:  # (N, S), (N, T)
        """Return the logits after each token of the target, which each sees only what stands before."""
        check_pairs(tokens, target)
        return self.decode(target, self.encode(tokens), tokens)  # (N, T, V)

    def new_caches(self) -> list[nn.Cache]:
        """Return empty caches, one a layer of the decoder."""
        return [nn.Cache() for _ in self.decoder]


# --8<-- [end:model]


def hide_padding(tokens: np.ndarray, dtype: Any) -> np.ndarray:
    """Return what is added to the scores so that nobody looks at token 0: (N, 1, 1, T).

    >>> hide_padding(np.array([[5, 0]]), np.float32).ravel().tolist()
    [0.0, -inf]
    """
    return np.where(tokens != 0, 0, -np.inf).astype(dtype)[:, None, None]


def initialize(model: T5, rng: np.random.Generator) -> None:
    """Draw the first weights as the published code does, in place: variances that keep the scores near 1.

    >>> model = T5(T5Config(vocabulary=500, layers=1), rng=np.random.default_rng(0))
    >>> round(float(model.encoder[0].self_attn.q_proj.weight.data.std()), 4)  # 1 / √(512 · 64)
    0.0055
    """
    config = model.config
    width = config.embed_dim
    scales = {
        "embedding.weight": 1.0,
        "table.weight": width**-0.5,
        "q_proj.weight": (width * config.head_dim) ** -0.5,
        "k_proj.weight": width**-0.5,
        "v_proj.weight": width**-0.5,
        "out_proj.weight": (config.heads * config.head_dim) ** -0.5,
        "linear1.weight": width**-0.5,
        "linear2.weight": config.feedforward**-0.5,
    }
    for name, p in model.named_parameters():
        scale = next((s for end, s in scales.items() if name.endswith(end)), None)
        if scale is not None:
            p.data = rng.normal(0, scale, size=p.shape).astype(np.float32)


# --8<-- [start:corruption]
def span_corruption(
    tokens: Any,
    *,
    vocabulary: int,
    density: float = 0.15,
    mean_length: float = 3.0,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Cut spans out of a text: what is left to be read, and what was cut to be written (section 3.1.4, figure 2).

    Each span is replaced by a sentinel: the highest token for the first, the next lower for the second, and so on.
    The target is every sentinel followed by its span, and one more sentinel at the end.

    Args:
        tokens: a text, (T,), of at least two tokens.
        vocabulary: number of tokens; the highest ones are the sentinels. Of the published vocabulary it is 32,100:
            the 28 rows of the embedding above are never used.
        density: share of the tokens that is cut.
        mean_length: tokens of a span, on average.
        rng: draws where.

    Returns:
        The input and the target, one axis each.

    >>> text = np.arange(1, 11)
    >>> read, write = span_corruption(text, vocabulary=100, density=0.3, rng=np.random.default_rng(0))
    >>> read.tolist(), write.tolist()
    ([1, 2, 3, 4, 5, 6, 7, 99], [99, 8, 9, 10, 98])
    """
    tokens = np.asarray(tokens)
    if tokens.ndim != 1 or len(tokens) < 2 or tokens.dtype.kind not in "iu":
        raise ValueError(
            "span_corruption expected a text of at least 2 tokens, integers, "
            f"got {tokens.dtype} of shape {tokens.shape}"
        )
    if not 0 < density < 1 or not mean_length >= 1:
        raise ValueError(
            "span_corruption expected a density between 0 and 1 and spans of at least 1 token"
        )
    cut = int(np.clip(round(len(tokens) * density), 1, len(tokens) - 1))
    spans = int(np.clip(round(cut / mean_length), 1, min(cut, len(tokens) - cut)))
    if tokens.max() >= vocabulary - spans - 1:
        raise ValueError(
            f"span_corruption needs the tokens from {vocabulary - spans - 1} on for itself; the text holds "
            f"{tokens.max()}"
        )
    lengths = np.stack([_parts(len(tokens) - cut, spans, rng), _parts(cut, spans, rng)], axis=1)
    pieces = np.split(tokens, np.cumsum(lengths.ravel())[:-1])  # kept, cut, kept, cut, ...
    sentinels = vocabulary - 1 - np.arange(spans + 1)
    read = [part for i in range(spans) for part in (pieces[2 * i], sentinels[i : i + 1])]
    write = [part for i in range(spans) for part in (sentinels[i : i + 1], pieces[2 * i + 1])]
    return np.concatenate(read), np.concatenate([*write, sentinels[-1:]])


def _parts(total: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Whole numbers from 1 that add up to the total, each such list as likely."""
    ends = np.sort(rng.choice(total - 1, size=count - 1, replace=False)) + 1
    return np.diff(np.concatenate([[0], ends, [total]]))


# --8<-- [end:corruption]
