"""GPT's sizes (Radford et al. 2019, Language Models are Unsupervised Multitask Learners, table 2)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class GPTConfig:
    """Layers of causal attention that foretell the next token.

    Attributes:
        vocabulary: number of tokens V.
        positions: the longest text.
        embed_dim: features of a token.
        heads: attention heads of each layer.
        layers: number of layers.
        dropout: share that is silenced after each part, below 1.
    """

    architecture: ClassVar[str] = "GPT"

    vocabulary: int = 50_257
    positions: int = 1024
    embed_dim: int = 768
    heads: int = 12
    layers: int = 12
    dropout: float = 0.1

    def __post_init__(self) -> None:
        check_fields(self)
        if self.embed_dim % self.heads:
            raise ValueError(
                f"GPTConfig: embed_dim={self.embed_dim} cannot be shared evenly by heads={self.heads}"
            )
        if self.dropout >= 1:
            raise ValueError(f"GPTConfig.dropout must be below 1; got {self.dropout}")

    @classmethod
    def tiny(cls) -> "GPTConfig":
        """Return one for tests and for the browser: eleven tokens, eight features, two layers."""
        return cls(vocabulary=11, positions=12, embed_dim=8, heads=2, layers=2, dropout=0.0)


PRESETS = {
    "gpt2": GPTConfig(),
    "gpt2-medium": GPTConfig(embed_dim=1024, heads=16, layers=24),
    # sizes that learn the 65 characters of tiny Shakespeare: on a GPU in minutes, on a laptop in minutes
    "gpt-nano": GPTConfig(
        vocabulary=65, positions=256, embed_dim=384, heads=6, layers=6, dropout=0.2
    ),
    "gpt-nano-cpu": GPTConfig(
        vocabulary=65, positions=64, embed_dim=128, heads=4, layers=4, dropout=0.0
    ),
    "gpt-tiny": GPTConfig.tiny(),
}
