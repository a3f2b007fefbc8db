"""The Transformer's sizes and choices (Vaswani et al. 2017, arXiv:1706.03762, table 3)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields

Position = Literal["sinusoidal", "learned", "rotary", "alibi", "none"]


@dataclass(frozen=True)
class TransformerConfig:
    """An encoder that reads a sequence, and a decoder that writes another.

    Attributes:
        vocabulary: number of tokens V, shared by both languages, as are the embeddings and the output's weights.
        embed_dim: features of a token, d_model.
        heads: attention heads h of each layer.
        feedforward: width of the layers between, d_ff.
        layers: layers N of the encoder, and of the decoder.
        positions: the longest sequence.
        position: how a token's place is told: "sinusoidal" (as the paper), "learned", "rotary", "alibi" or "none".
        activation: between the two feed-forward layers: "relu" (as the paper) or "gelu".
        norm_first: whether layers normalize what they read (pre-norm) instead of what they give (as the paper).
        padding: whether token 0 fills short sequences; nobody looks at it then.
        dropout: share that is silenced after each part, below 1.
    """

    architecture: ClassVar[str] = "Transformer"

    vocabulary: int = 37_000
    embed_dim: int = 512
    heads: int = 8
    feedforward: int = 2048
    layers: int = 6
    positions: int = 512
    position: Position = "sinusoidal"
    activation: Literal["relu", "gelu"] = "relu"
    norm_first: bool = False
    padding: bool = False
    dropout: float = 0.1

    def __post_init__(self) -> None:
        check_fields(self)
        check_heads(self)

    @classmethod
    def tiny(cls) -> "TransformerConfig":
        """Return one for tests and for the browser: eleven tokens, eight features, one layer each."""
        return cls(
            vocabulary=11,
            embed_dim=8,
            heads=2,
            feedforward=12,
            layers=1,
            positions=12,
            dropout=0.0,
        )


@dataclass(frozen=True)
class TransformerClassifierConfig:
    """An encoder whose mean output is classified.

    Attributes:
        vocabulary: number of tokens V.
        classes: number of classes K.
        embed_dim: features of a token.
        heads: attention heads of each layer.
        feedforward: width of the layers between.
        layers: number of layers.
        positions: the longest sequence.
        position: how a token's place is told, as in TransformerConfig.
        activation: between the two feed-forward layers.
        norm_first: whether layers normalize what they read instead of what they give.
        padding: whether token 0 fills short sequences; it is neither looked at nor counted then.
        dropout: share that is silenced after each part, below 1.
    """

    architecture: ClassVar[str] = "TransformerClassifier"

    vocabulary: int = 10_000
    classes: int = 2
    embed_dim: int = 128
    heads: int = 4
    feedforward: int = 256
    layers: int = 2
    positions: int = 256
    position: Position = "sinusoidal"
    activation: Literal["relu", "gelu"] = "relu"
    norm_first: bool = True
    padding: bool = False
    dropout: float = 0.1

    def __post_init__(self) -> None:
        check_fields(self)
        check_heads(self)

    @classmethod
    def tiny(cls) -> "TransformerClassifierConfig":
        """Return one for tests and for the browser: eleven tokens, eight features, one layer."""
        return cls(
            vocabulary=11, classes=3, embed_dim=8, heads=2, feedforward=12, layers=1, positions=12,
            dropout=0.0,
        )  # fmt: skip


def check_heads(config: TransformerConfig | TransformerClassifierConfig) -> None:
    """Raise unless the sizes fit one another.

    >>> check_heads(TransformerConfig.tiny())
    """
    name = type(config).__name__
    if config.embed_dim % config.heads:
        raise ValueError(
            f"{name}: embed_dim={config.embed_dim} cannot be shared evenly by heads={config.heads}"
        )
    pairs = {"sinusoidal": config.embed_dim, "rotary": config.embed_dim // config.heads}
    if pairs.get(config.position, 0) % 2:
        raise ValueError(
            f"{name}: position={config.position!r} needs an even number of features"
            f"{' a head' if config.position == 'rotary' else ''}; got {pairs[config.position]}"
        )
    if config.dropout >= 1:
        raise ValueError(f"{name}.dropout must be below 1; got {config.dropout}")


PRESETS = {
    "transformer-base": TransformerConfig(),
    "transformer-big": TransformerConfig(
        embed_dim=1024, heads=16, feedforward=4096, dropout=0.3
    ),
    "transformer-tiny": TransformerConfig.tiny(),
    "transformer-classifier": TransformerClassifierConfig(),
    "transformer-classifier-tiny": TransformerClassifierConfig.tiny(),
}
