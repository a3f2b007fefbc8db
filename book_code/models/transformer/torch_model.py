"""The Transformer in PyTorch: the names, shapes and results of `numpy_model.py` (Vaswani et al. 2017)."""

from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from .config import TransformerClassifierConfig, TransformerConfig
from .numpy_layers import check_pairs
from .torch_layers import (
    Cache,
    DecoderLayer,
    Embeddings,
    EncoderLayer,
    attention_settings,
    layer_settings,
    padding_mask,
)


# --8<-- [start:model]
class Transformer(nn.Module):
    """An encoder that reads a sequence, and a decoder that writes another; returns logits of every next token."""

    def __init__(self, config: TransformerConfig | None = None):
        super().__init__()
        config = config or TransformerConfig()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = nn.ModuleList(
            EncoderLayer(**layer_settings(config)) for _ in range(config.layers)
        )
        self.decoder = nn.ModuleList(
            DecoderLayer(**layer_settings(config)) for _ in range(config.layers)
        )
        if config.norm_first:
            self.encoder_norm = nn.LayerNorm(config.embed_dim)
            self.decoder_norm = nn.LayerNorm(config.embed_dim)

    def encode(self, tokens: Tensor) -> Tensor:  # (N, S)
        """Return what the encoder makes of the sequence that is read."""
        x = self.embeddings(tokens)  # (N, S, D)
        length, mask = x.shape[1], padding_mask(tokens, self.config)
        look = attention_settings(self.config, length, length, mask, like=x)
        for layer in self.encoder:
            x = layer(x, **look)
        return self.encoder_norm(x) if self.config.norm_first else x  # (N, S, D)

    def decode(
        self,
        target: Tensor,
        memory: Tensor,
        tokens: Tensor | None = None,
        caches: list[Cache] | None = None,
    ) -> Tensor:  # (N, T), (N, S, D)
        """Return the logits after each token that was written; the arguments are those of the NumPy version."""
        start = len(caches[0]) if caches else 0
        x = self.embeddings(target, start)  # (N, T, D)
        length = x.shape[1]
        look = attention_settings(self.config, length, start + length, like=x)
        hidden = None if tokens is None else padding_mask(tokens, self.config)
        each: list[Any] = [*caches] if caches else [None] * len(self.decoder)
        for layer, cache in zip(self.decoder, each, strict=True):
            x = layer(x, memory, hidden, **look, causal=True, cache=cache)
        x = self.decoder_norm(x) if self.config.norm_first else x
        return F.linear(x, self.embeddings.embedding.weight)  # (N, T, V)

    def forward(self, tokens: Tensor, target: Tensor) -> Tensor:  # (N, S), (N, T)
        """Return the logits after each token of the target, which each sees only what stands before."""
        check_pairs(tokens, target)
        return self.decode(target, self.encode(tokens), tokens)  # (N, T, V)

    def new_caches(self) -> list[Cache]:
        """Return empty caches, one a layer of the decoder."""
        return [Cache() for _ in self.decoder]


# --8<-- [end:model]


# --8<-- [start:classifier]
class TransformerClassifier(nn.Module):
    """An encoder whose mean output is classified; returns logits."""

    def __init__(self, config: TransformerClassifierConfig | None = None):
        super().__init__()
        config = config or TransformerClassifierConfig()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = nn.ModuleList(
            EncoderLayer(**layer_settings(config)) for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(config.embed_dim)
        self.head = nn.Linear(config.embed_dim, config.classes)

    def forward(self, tokens: Tensor) -> Tensor:  # (N, T)
        """Return the logits, one a class."""
        x = self.embeddings(tokens)  # (N, T, D)
        length, mask = x.shape[1], padding_mask(tokens, self.config)
        look = attention_settings(self.config, length, length, mask, like=x)
        for layer in self.encoder:
            x = layer(x, **look)
        x = self.norm(x)
        if mask is None:
            return self.head(x.mean(dim=1))  # (N, K)
        counted = mask[:, 0, 0, :, None].to(x)  # (N, T, 1)
        many = counted.sum(dim=1).clamp(min=1)  # a text of padding alone has features 0
        return self.head((x * counted).sum(dim=1) / many)  # (N, K)


# --8<-- [end:classifier]
