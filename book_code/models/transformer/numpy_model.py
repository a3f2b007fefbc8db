"""The Transformer: Vaswani et al. (2017), Attention Is All You Need, arXiv:1706.03762.

    code                paper      shape        meaning
    tokens, target                 (N, T)       what is read, and what was written so far
    embedding.weight               (V, D)       of both languages, and of the output (section 3.4)
    self_attn           MultiHead  (N, T, D)    tokens look at tokens of their own sequence
    cross_attn          MultiHead  (N, T, D)    the decoder's tokens look at the encoder's
    linear1, linear2    FFN                     D -> d_ff -> D for each token by itself (equation 2)
    norm1 ...           LayerNorm               after each sum (or before each part: norm_first)
    output                         (N, T, V)    logits of the next token

Deviations from the paper: pre-norm, GELU and other ways to tell positions can be chosen; with pre-norm a last norm
follows the layers, as is usual. As in torch.nn.Transformer the projections of attention have biases, and dropout also
stands between the two feed-forward layers. The embedding's first weights have variance 1 / D, so that times √D they
have 1.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from .config import TransformerClassifierConfig, TransformerConfig
from .numpy_layers import (
    DecoderLayer,
    Embeddings,
    EncoderLayer,
    attention_settings,
    check_pairs,
    layer_settings,
    padding_mask,
)


# --8<-- [start:model]
class Transformer(nn.Module):
    """An encoder that reads a sequence, and a decoder that writes another; returns logits of every next token.

    Shape:
        tokens (N, S), target (N, T), integers -> (N, T, V)

    >>> model = Transformer(TransformerConfig.tiny(), rng=np.random.default_rng(0))
    >>> model([[3, 1, 4, 1, 5]], [[9, 2, 6]]).shape
    (1, 3, 11)
    """

    def __init__(self, config: TransformerConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or TransformerConfig()
        self.config = config
        self.embeddings = Embeddings(config, rng=rng)
        self.encoder = [
            EncoderLayer(**layer_settings(config, rng)) for _ in range(config.layers)
        ]
        self.decoder = [
            DecoderLayer(**layer_settings(config, rng)) for _ in range(config.layers)
        ]
        if config.norm_first:
            self.encoder_norm = nn.LayerNorm(config.embed_dim)
            self.decoder_norm = nn.LayerNorm(config.embed_dim)

    def encode(self, tokens: Any) -> Tensor:  # (N, S)
        """Return what the encoder makes of the sequence that is read."""
        x = self.embeddings(tokens)  # (N, S, D)
        length = x.shape[1]
        look = attention_settings(
            self.config, length, length, padding_mask(tokens, self.config)
        )
        for layer in self.encoder:
            x = layer(x, **look)
        return self.encoder_norm(x) if self.config.norm_first else x  # (N, S, D)

    def decode(
        self,
        target: Any,
        memory: Tensor,
        tokens: Any = None,
        caches: list[nn.Cache] | None = None,
    ) -> Tensor:  # (N, T), (N, S, D)
        """Return the logits after each token that was written.

        Args:
            target: what was written so far; with `caches` only what is new.
            memory: what `encode` gave.
            tokens: what was read, for its padding.
            caches: one a layer, from `new_caches`, to write token by token.
        """
        start = len(caches[0]) if caches else 0
        x = self.embeddings(target, start)  # (N, T, D)
        length = x.shape[1]
        look = attention_settings(self.config, length, start + length)
        hidden = None if tokens is None else padding_mask(tokens, self.config)
        each: list[Any] = [*caches] if caches else [None] * len(self.decoder)
        for layer, cache in zip(self.decoder, each, strict=True):
            x = layer(x, memory, hidden, **look, causal=True, cache=cache)
        x = self.decoder_norm(x) if self.config.norm_first else x
        return F.linear(x, self.embeddings.embedding.weight)  # (N, T, V)

    def forward(self, tokens: Any, target: Any) -> Tensor:  # type: ignore[override]  # (N, S), (N, T)
        """Return the logits after each token of the target, which each sees only what stands before."""
        check_pairs(tokens, target)
        return self.decode(target, self.encode(tokens), tokens)  # (N, T, V)

    def new_caches(self) -> list[nn.Cache]:
        """Return empty caches, one a layer of the decoder."""
        return [nn.Cache() for _ in self.decoder]


# --8<-- [end:model]


# --8<-- [start:classifier]
class TransformerClassifier(nn.Module):
    """An encoder whose mean output is classified; returns logits.

    Shape:
        tokens (N, T), integers -> (N, K)

    >>> model = TransformerClassifier(TransformerClassifierConfig.tiny(), rng=np.random.default_rng(0))
    >>> model([[3, 1, 4, 1, 5]]).shape
    (1, 3)
    """

    def __init__(
        self, config: TransformerClassifierConfig | None = None, *, rng: np.random.Generator
    ):
        super().__init__()
        config = config or TransformerClassifierConfig()
        self.config = config
        self.embeddings = Embeddings(config, rng=rng)
        self.encoder = [
            EncoderLayer(**layer_settings(config, rng)) for _ in range(config.layers)
        ]
        self.norm = nn.LayerNorm(config.embed_dim)
        self.head = nn.Linear(config.embed_dim, config.classes, rng=rng)

    def forward(self, tokens: Any) -> Tensor:  # (N, T)
        """Return the logits, one a class."""
        x = self.embeddings(tokens)  # (N, T, D)
        length, mask = x.shape[1], padding_mask(tokens, self.config)
        look = attention_settings(self.config, length, length, mask)
        for layer in self.encoder:
            x = layer(x, **look)
        x = self.norm(x)
        if mask is None:
            return self.head(x.mean(axis=1))  # (N, K)
        counted = mask[:, 0, 0, :, None].astype(x.dtype)  # (N, T, 1)
        many = np.maximum(counted.sum(axis=1), 1)  # a text of padding alone has features 0
        return self.head((x * counted).sum(axis=1) / many)  # (N, K)


# --8<-- [end:classifier]
