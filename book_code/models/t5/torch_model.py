"""T5 in PyTorch: the names, shapes and results of `numpy_model.py` (Raffel et al. 2019, arXiv:1910.10683)."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...nn import relative_buckets
from ..transformer.numpy_layers import check_pairs, check_tokens
from ..transformer.torch_layers import Cache, MultiHeadAttention
from .config import T5Config


class RelativeBias(nn.Module):
    """A number for each bucket of distance and each head, learned, that is added to the scores."""

    def __init__(self, heads: int, buckets: int, furthest: int, both_ways: bool):
        super().__init__()
        self.settings = {"buckets": buckets, "furthest": furthest, "both_ways": both_ways}
        self.table = nn.Embedding(buckets, heads)

    def forward(self, queries: int, keys: int) -> Tensor:
        """Return the numbers to add, (heads, queries, keys)."""
        near = torch.from_numpy(relative_buckets(queries, keys, **self.settings))  # type: ignore[arg-type]
        return self.table(near.to(self.table.weight.device)).permute(2, 0, 1)  # (H, T, S)


# --8<-- [start:layer]
class T5Layer(nn.Module):
    """Attention among the tokens, in the decoder also to the encoder's, then two layers for each by itself."""

    def __init__(self, config: T5Config, *, decoder: bool):
        super().__init__()
        settings: dict[str, Any] = {"bias": False, "head_dim": config.head_dim}
        width = config.embed_dim
        self.self_attn = MultiHeadAttention(width, config.heads, **settings)
        self.norm1 = nn.RMSNorm(width, eps=1e-6)
        if decoder:
            self.cross_attn = MultiHeadAttention(width, config.heads, **settings)
            self.norm3 = nn.RMSNorm(width, eps=1e-6)
        self.linear1 = nn.Linear(width, config.feedforward, bias=False)
        self.linear2 = nn.Linear(config.feedforward, width, bias=False)
        self.norm2 = nn.RMSNorm(width, eps=1e-6)
        self.dropout = nn.Dropout(config.dropout)

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
    """An encoder that reads a text, and a decoder that writes one; returns logits of every next token."""

    def __init__(self, config: T5Config | None = None):
        super().__init__()
        config = config or T5Config()
        kinds = (config.heads, config.buckets, config.furthest)
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.embed_dim)
        self.encoder_bias = RelativeBias(*kinds, both_ways=True)
        self.encoder = nn.ModuleList(
            T5Layer(config, decoder=False) for _ in range(config.layers)
        )
        self.encoder_norm = nn.RMSNorm(config.embed_dim, eps=1e-6)
        self.decoder_bias = RelativeBias(*kinds, both_ways=False)
        self.decoder = nn.ModuleList(
            T5Layer(config, decoder=True) for _ in range(config.layers)
        )
        self.decoder_norm = nn.RMSNorm(config.embed_dim, eps=1e-6)
        self.dropout = nn.Dropout(config.dropout)
        initialize(self)

    def encode(self, tokens: Tensor) -> Tensor:  # (N, S)
        """Return what the encoder makes of the text that is read."""
        check_tokens(tokens.detach().cpu().numpy(), self.config)
        x, length = self.dropout(self.embedding(tokens)), tokens.shape[1]  # (N, S, D)
        hidden = (tokens == 0)[:, None, None]  # (N, 1, 1, S)
        mask = self.encoder_bias(length, length).masked_fill(hidden, -torch.inf)
        for layer in self.encoder:
            x = layer(x, mask=mask)
        return self.dropout(self.encoder_norm(x))  # (N, S, D)

    def decode(
        self,
        target: Tensor,
        memory: Tensor,
        tokens: Tensor | None = None,
        caches: list[Cache] | None = None,
    ) -> Tensor:  # (N, T), (N, S, D)
        """Return the logits after each token that was written; the arguments are those of the NumPy version."""
        start = len(caches[0]) if caches else 0
        check_tokens(target.detach().cpu().numpy(), self.config, start)
        x, length = self.dropout(self.embedding(target)), target.shape[1]  # (N, T, D)
        near = self.decoder_bias(length, start + length)  # (H, T, S)
        hidden = None if tokens is None else (tokens != 0)[:, None, None]
        each: list[Any] = [*caches] if caches else [None] * len(self.decoder)
        for layer, cache in zip(self.decoder, each, strict=True):
            x = layer(x, memory, hidden, mask=near, causal=True, cache=cache)
        x = self.dropout(self.decoder_norm(x)) * self.config.embed_dim**-0.5
        return F.linear(x, self.embedding.weight)  # (N, T, V)

    def forward(self, tokens: Tensor, target: Tensor) -> Tensor:  # (N, S), (N, T)
        """Return the logits after each token of the target, which each sees only what stands before."""
        check_pairs(tokens, target)
        return self.decode(target, self.encode(tokens), tokens)  # (N, T, V)

    def new_caches(self) -> list[Cache]:
        """Return empty caches, one a layer of the decoder."""
        return [Cache() for _ in self.decoder]


# --8<-- [end:model]


def initialize(model: T5) -> None:
    """Draw the first weights as the published code does, in place."""
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
        for end, scale in scales.items():
            if name.endswith(end):
                nn.init.normal_(p, std=scale)
