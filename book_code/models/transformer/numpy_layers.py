"""The layers of the Transformer (Vaswani et al. 2017, arXiv:1706.03762), which later models take from here."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU}


# --8<-- [start:encoder_layer]
class EncoderLayer(nn.Module):
    """Attention among the tokens of one sequence, then two layers for each token by itself.

    Shape:
        (N, T, D) -> (N, T, D)

    >>> layer = EncoderLayer(8, 2, 16, rng=np.random.default_rng(0))
    >>> layer(Tensor(np.zeros((2, 5, 8), np.float32))).shape
    (2, 5, 8)
    """

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
        rng: np.random.Generator,
    ):
        super().__init__()
        self.self_attn = nn.MultiHeadAttention(embed_dim, heads, rng=rng)
        self.linear1 = nn.Linear(embed_dim, feedforward, rng=rng)
        self.linear2 = nn.Linear(feedforward, embed_dim, rng=rng)
        self.norm1 = nn.LayerNorm(embed_dim, eps=eps)
        self.norm2 = nn.LayerNorm(embed_dim, eps=eps)
        self.activation = activation or nn.ReLU()
        self.dropout = nn.Dropout(dropout, rng=rng)
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
    """As the encoder's layer, and between its two parts attention to what the encoder gave.

    Shape:
        x (N, T, D), memory (N, S, D) -> (N, T, D)

    >>> layer = DecoderLayer(8, 2, 16, rng=np.random.default_rng(0))
    >>> layer(Tensor(np.zeros((2, 5, 8), np.float32)), Tensor(np.zeros((2, 7, 8), np.float32))).shape
    (2, 5, 8)
    """

    def __init__(self, embed_dim: int, heads: int, feedforward: int, **settings: Any):
        super().__init__(embed_dim, heads, feedforward, **settings)
        self.cross_attn = nn.MultiHeadAttention(embed_dim, heads, rng=settings["rng"])
        self.norm3 = nn.LayerNorm(embed_dim, eps=settings.get("eps", 1e-5))

    def forward(  # type: ignore[override]
        self, x: Tensor, memory: Tensor, memory_mask: Any = None, **attention: Any
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


# --8<-- [start:embeddings]
class Embeddings(nn.Module):
    """Tokens as vectors that tell what they are and, by the chosen way, where they stand.

    Shape:
        (N, T) -> (N, T, D)

    >>> from book_code.models.transformer import TransformerConfig
    >>> layer = Embeddings(TransformerConfig.tiny(), rng=np.random.default_rng(0))
    >>> layer(np.array([[1, 2, 3]])).shape
    (1, 3, 8)
    """

    def __init__(self, config: Any, *, rng: np.random.Generator):
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.embed_dim, rng=rng)
        self.embedding.weight.data *= np.float32(config.embed_dim**-0.5)
        if config.position == "learned":
            self.position = nn.Embedding(config.positions, config.embed_dim, rng=rng)
        self.dropout = nn.Dropout(config.dropout, rng=rng)

    def forward(self, tokens: Any, start: int = 0) -> Tensor:  # (N, T)
        """Return the vectors of tokens, the first of which stands at `start`."""
        tokens, config = check_tokens(tokens, self.config, start), self.config
        x = self.embedding(tokens) * config.embed_dim**0.5  # (N, T, D)
        places = start + np.arange(tokens.shape[1])
        if config.position == "sinusoidal":
            waves = nn.sinusoidal(config.positions, config.embed_dim)[places]
            x = x + waves.astype(x.dtype)
        elif config.position == "learned":
            x = x + self.position(places)
        return self.dropout(x)  # (N, T, D)


def attention_settings(
    config: Any, queries: int, keys: int, mask: Any = None
) -> dict[str, Any]:
    """Return what the way to tell positions asks of self-attention: a rotation, or numbers to add.

    >>> from book_code.models.transformer import TransformerConfig
    >>> attention_settings(TransformerConfig.tiny(), 3, 3)
    {'mask': None}
    """
    settings: dict[str, Any] = {"mask": mask}
    if config.position == "rotary":
        settings["rotate"] = nn.rotary
    if config.position == "alibi":
        bias = nn.alibi(config.heads, queries, keys)
        hidden = 0 if mask is None else np.where(mask, 0, -np.inf)
        settings["mask"] = (bias + hidden).astype(np.float32)
    return settings


# --8<-- [end:embeddings]


def layer_settings(config: Any, rng: np.random.Generator) -> dict[str, Any]:
    """Return the arguments of a layer.

    >>> from book_code.models.transformer import TransformerConfig
    >>> layer_settings(TransformerConfig.tiny(), np.random.default_rng(0))["heads"]
    2
    """
    make: Callable[[], nn.Module] = ACTIVATIONS[config.activation]
    return {
        "embed_dim": config.embed_dim,
        "heads": config.heads,
        "feedforward": config.feedforward,
        "activation": make(),
        "norm_first": config.norm_first,
        "dropout": config.dropout,
        "rng": rng,
    }


def padding_mask(tokens: Any, config: Any) -> np.ndarray | None:
    """Return True for every token but padding, (N, 1, 1, T); None if nothing is padding.

    >>> from dataclasses import replace
    >>> from book_code.models.transformer import TransformerConfig
    >>> padding_mask([[5, 0]], replace(TransformerConfig.tiny(), padding=True)).ravel().tolist()
    [True, False]
    """
    return (np.asarray(tokens) != 0)[:, None, None] if config.padding else None


def check_tokens(tokens: Any, config: Any, start: int = 0) -> np.ndarray:
    """Return tokens (N, T) as integers, or say what is wrong with them.

    >>> from book_code.models.transformer import TransformerConfig
    >>> check_tokens([[11]], TransformerConfig.tiny())
    Traceback (most recent call last):
    ValueError: token 11 is not in the vocabulary: tokens go from 0 to 10
    """
    tokens = np.asarray(tokens)
    if tokens.ndim != 2 or tokens.dtype.kind not in "iu":
        raise ValueError(
            f"expected tokens as integers of shape (N, T), got {tokens.dtype} of shape {tokens.shape}"
            + ("; one sequence is tokens[None]" if tokens.ndim == 1 else "")
        )
    if tokens.shape[1] == 0:
        raise ValueError(f"expected at least one token, got shape {tokens.shape}")
    wrong = tokens[(tokens < 0) | (tokens >= config.vocabulary)]
    if wrong.size:
        raise ValueError(
            f"token {wrong[0]} is not in the vocabulary: tokens go from 0 to {config.vocabulary - 1}"
        )
    if start + tokens.shape[1] > config.positions:
        raise ValueError(
            f"a sequence of {start + tokens.shape[1]} tokens is longer than positions={config.positions}: "
            "cut it, or build the model with more positions"
        )
    return tokens


def check_pairs(tokens: Any, target: Any) -> None:
    """Raise unless as many sequences are read as are written.

    >>> check_pairs([[1], [2]], [[3]])
    Traceback (most recent call last):
    ValueError: expected as many sequences to be read as to be written, got 2 and 1
    """
    whole = np.ndim(tokens) == np.ndim(target) == 2  # else `check_tokens` says what is wrong
    if whole and len(tokens) != len(target):
        raise ValueError(
            f"expected as many sequences to be read as to be written, got {len(tokens)} and {len(target)}"
        )
