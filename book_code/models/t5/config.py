"""T5's sizes (Raffel et al. 2019, arXiv:1910.10683, section 3.7)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class T5Config:
    """An encoder that reads a text, and a decoder that writes one, for every task.

    Attributes:
        vocabulary: number of tokens V; 0 is padding and the decoder's start.
        embed_dim: features of a token, d_model.
        heads: attention heads of each layer.
        head_dim: features of a head, d_kv.
        feedforward: width of the layers between, d_ff.
        layers: layers of the encoder, and of the decoder.
        buckets: how many kinds of distance attention tells apart.
        furthest: the distance from which on all are alike.
        dropout: share that is silenced after each part, below 1.
    """

    architecture: ClassVar[str] = "T5"
    positions: ClassVar[int] = 2**31  # distances are told, not places: the network has no limit

    vocabulary: int = 32_128
    embed_dim: int = 512
    heads: int = 8
    head_dim: int = 64
    feedforward: int = 2048
    layers: int = 6
    buckets: int = 32
    furthest: int = 128
    dropout: float = 0.1

    def __post_init__(self) -> None:
        check_fields(self)
        if self.buckets % 4:
            raise ValueError(
                f"T5Config.buckets must be divisible by 4 (earlier and later, near and far); got {self.buckets}"
            )
        if self.furthest <= self.buckets // 2:
            raise ValueError(
                f"T5Config.furthest must be above buckets / 2 = {self.buckets // 2}; got {self.furthest}"
            )
        if self.dropout >= 1:
            raise ValueError(f"T5Config.dropout must be below 1; got {self.dropout}")

    @classmethod
    def tiny(cls) -> "T5Config":
        """Return one for tests and for the browser: eleven tokens, eight features, one layer each."""
        return cls(
            vocabulary=11, embed_dim=8, heads=2, head_dim=3, feedforward=12, layers=1,
            buckets=8, furthest=6, dropout=0.0,
        )  # fmt: skip


PRESETS = {
    "t5-small": T5Config(),
    "t5-base": T5Config(embed_dim=768, heads=12, feedforward=3072, layers=12),
    "t5-tiny": T5Config.tiny(),
}
