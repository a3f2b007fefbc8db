"""The layers of the Transformer in PyTorch; the names, shapes and results of `numpy_layers.py` and of `nn.attention`."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...nn import alibi, sinusoidal
from ...nn.attention import per_head
from ...nn.positional import rotary_angles
from .numpy_layers import check_tokens

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU}


class Cache:
    """Keys and values of what was read so far, so that the next token need not compute them again."""

    def __init__(self, keys: Tensor | None = None, values: Tensor | None = None) -> None:
        self.keys, self.values = keys, values

    def __len__(self) -> int:
        return 0 if self.keys is None else self.keys.shape[2]

    def extend(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Take in new ones, (N, H, T, d) each, and return all."""
        if self.keys is not None and self.values is not None:
            keys = torch.cat([self.keys, keys], dim=2)
            values = torch.cat([self.values, values], dim=2)
        self.keys, self.values = keys.detach(), values.detach()
        return keys, values


# --8<-- [start:attention]
class MultiHeadAttention(nn.Module):
    """Every token asks, in several heads at once, and takes a weighted mean of what the tokens offer.

    `fused` chooses PyTorch's kernel (F.scaled_dot_product_attention: FlashAttention where the device has it);
    otherwise the formula is computed as it is written.
    """

    fused = True

    def __init__(
        self, embed_dim: int, num_heads: int, *, bias: bool = True, head_dim: int | None = None
    ):
        super().__init__()
        self.num_heads, self.head_dim = num_heads, per_head(embed_dim, num_heads, head_dim)
        width = num_heads * self.head_dim
        self.q_proj = nn.Linear(embed_dim, width, bias)
        self.k_proj = nn.Linear(embed_dim, width, bias)
        self.v_proj = nn.Linear(embed_dim, width, bias)
        self.out_proj = nn.Linear(width, embed_dim, bias)

    def forward(
        self,
        x: Tensor,
        memory: Tensor | None = None,
        *,
        mask: Tensor | None = None,
        causal: bool = False,
        scale: float | None = None,
        rotate: Callable[[Tensor, Tensor], Tensor] | None = None,
        cache: Cache | None = None,
    ) -> Tensor:
        """Return what every token takes; the arguments are those of the NumPy version."""
        q, k, v = self.heads(x, memory, rotate, cache)  # (N, H, T, d), (N, H, S, d) twice
        if causal and self.fused and mask is None and q.shape[2] == k.shape[2]:
            out = F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=scale)
        else:
            mask = causal_mask(mask, q, k) if causal else mask
            attend = F.scaled_dot_product_attention if self.fused else plain_attention
            out = attend(q, k, v, mask, scale=scale)  # (N, H, T, d)
        return self.out_proj(out.transpose(1, 2).flatten(2))  # (N, T, D)

    def heads(
        self, x: Tensor, memory: Tensor | None = None, rotate: Any = None, cache: Any = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values of all heads, (N, H, T, d) and (N, H, S, d) twice."""
        memory = x if memory is None else memory
        q, k, v = (
            layer(given).unflatten(2, (self.num_heads, self.head_dim)).transpose(1, 2)
            for layer, given in ((self.q_proj, x), (self.k_proj, memory), (self.v_proj, memory))
        )
        if rotate is not None:
            start = 0 if cache is None else len(cache)
            q, k = (rotate(z, start + torch.arange(z.shape[2])) for z in (q, k))
        return (q, k, v) if cache is None else (q, *cache.extend(k, v))


def plain_attention(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None, scale: float | None = None
) -> Tensor:
    """softmax(q kᵀ · scale) v, as it is written; a query that may look at nothing gets zeros."""
    scores = (q * (q.shape[-1] ** -0.5 if scale is None else scale)) @ k.transpose(-2, -1)
    if mask is not None:
        hidden = mask.dtype == torch.bool
        scores = scores.masked_fill(~mask, -torch.inf) if hidden else scores + mask
    nothing = (scores == -torch.inf).all(dim=-1, keepdim=True)
    return scores.masked_fill(nothing, 0).softmax(dim=-1).masked_fill(nothing, 0) @ v


# --8<-- [end:attention]


def causal_mask(mask: Tensor | None, q: Tensor, k: Tensor) -> Tensor:
    """A mask that besides hides what comes later; the last query stands at the last key."""
    queries, keys = q.shape[2], k.shape[2]
    earlier = torch.ones(queries, keys, dtype=torch.bool, device=q.device).tril(keys - queries)
    if mask is None:
        return earlier
    if mask.dtype == torch.bool:
        return mask & earlier
    return mask.masked_fill(~earlier, -torch.inf)


def rotary(x: Tensor, positions: Tensor, base: float = 10_000.0) -> Tensor:
    """Queries or keys (..., T, D), each pair of features turned by an angle that grows with the position."""
    angles = torch.from_numpy(rotary_angles(positions.numpy(), x.shape[-1], base))
    sine, cosine = angles.sin().to(x), angles.cos().to(x)
    even, odd = x[..., 0::2], x[..., 1::2]  # (..., T, D/2)
    return torch.stack([even * cosine - odd * sine, even * sine + odd * cosine], -1).flatten(-2)


# --8<-- [start:encoder_layer]
class EncoderLayer(nn.Module):
    """Attention among the tokens of one sequence, then two layers for each token by itself."""

    def __init__(
        self,
        embed_dim: int,
        heads: int,
        feedforward: int,
        *,
        activation: nn.Module | None = None,
        norm_first: bool = False,
        eps: float = 1e-5,
        dropout: float = 0.0,
    ):
        super().__init__()
        self.self_attn = MultiHeadAttention(embed_dim, heads)
        self.linear1 = nn.Linear(embed_dim, feedforward)
        self.linear2 = nn.Linear(feedforward, embed_dim)
        self.norm1 = nn.LayerNorm(embed_dim, eps=eps)
        self.norm2 = nn.LayerNorm(embed_dim, eps=eps)
        self.activation = activation or nn.ReLU()
        self.dropout = nn.Dropout(dropout)
        self.norm_first = norm_first

    def forward(self, x: Tensor, **attention: Any) -> Tensor:  # (N, T, D)
        """Return the tokens, each with what it gathered; `attention` says where they may look."""
        if self.norm_first:
            x = x + self.dropout(self.self_attn(self.norm1(x), **attention))
            return x + self.feed_forward(self.norm2(x))
        x = self.norm1(x + self.dropout(self.self_attn(x, **attention)))
        return self.norm2(x + self.feed_forward(x))

    def feed_forward(self, x: Tensor) -> Tensor:
        """Return what the two layers make of each token by itself."""
        return self.dropout(self.linear2(self.dropout(self.activation(self.linear1(x)))))


# --8<-- [end:encoder_layer]


# --8<-- [start:decoder_layer]
class DecoderLayer(EncoderLayer):
    """As the encoder's layer, and between its two parts attention to what the encoder gave."""

    def __init__(self, embed_dim: int, heads: int, feedforward: int, **settings: Any):
        super().__init__(embed_dim, heads, feedforward, **settings)
        self.cross_attn = MultiHeadAttention(embed_dim, heads)
        self.norm3 = nn.LayerNorm(embed_dim, eps=settings.get("eps", 1e-5))

    def forward(  # type: ignore[override]
        self, x: Tensor, memory: Tensor, memory_mask: Tensor | None = None, **attention: Any
    ) -> Tensor:  # (N, T, D), (N, S, D)
        """Return the tokens, each with what it gathered from both sequences."""
        look = {"mask": memory_mask}
        if self.norm_first:
            x = x + self.dropout(self.self_attn(self.norm1(x), **attention))
            x = x + self.dropout(self.cross_attn(self.norm2(x), memory, **look))
            return x + self.feed_forward(self.norm3(x))
        x = self.norm1(x + self.dropout(self.self_attn(x, **attention)))
        x = self.norm2(x + self.dropout(self.cross_attn(x, memory, **look)))
        return self.norm3(x + self.feed_forward(x))


# --8<-- [end:decoder_layer]


class Embeddings(nn.Module):
    """Tokens as vectors that tell what they are and, by the chosen way, where they stand."""

    def __init__(self, config: Any):
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.embed_dim)
        nn.init.normal_(self.embedding.weight, std=config.embed_dim**-0.5)
        if config.position == "learned":
            self.position = nn.Embedding(config.positions, config.embed_dim)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens: Tensor, start: int = 0) -> Tensor:  # (N, T)
        """Return the vectors of tokens, the first of which stands at `start`."""
        config = self.config
        check_tokens(tokens.detach().cpu().numpy(), config, start)
        x = self.embedding(tokens) * config.embed_dim**0.5  # (N, T, D)
        places = start + torch.arange(tokens.shape[1], device=tokens.device)
        if config.position == "sinusoidal":
            waves = torch.from_numpy(sinusoidal(config.positions, config.embed_dim))
            x = x + waves.to(x)[places]
        elif config.position == "learned":
            x = x + self.position(places)
        return self.dropout(x)  # (N, T, D)


def attention_settings(
    config: Any, queries: int, keys: int, mask: Tensor | None = None, like: Tensor | None = None
) -> dict[str, Any]:
    """Return what the way to tell positions asks of self-attention: a rotation, or numbers to add."""
    settings: dict[str, Any] = {"mask": mask}
    if config.position == "rotary":
        settings["rotate"] = rotary
    if config.position == "alibi":
        bias = torch.from_numpy(alibi(config.heads, queries, keys)).to(like)
        settings["mask"] = bias if mask is None else bias.masked_fill(~mask, -torch.inf)
    return settings


def layer_settings(config: Any) -> dict[str, Any]:
    """Return the arguments of a layer."""
    return {
        "embed_dim": config.embed_dim,
        "heads": config.heads,
        "feedforward": config.feedforward,
        "activation": ACTIVATIONS[config.activation](),
        "norm_first": config.norm_first,
        "dropout": config.dropout,
    }


def padding_mask(tokens: Tensor, config: Any) -> Tensor | None:
    """Return True for every token but padding, (N, 1, 1, T); None if nothing is padding."""
    return (tokens != 0)[:, None, None] if config.padding else None
