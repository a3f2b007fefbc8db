"""What is adapted, and how much (Hu et al. 2021, arXiv:2106.09685, section 4)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields
from ..gpt.config import GPTConfig


@dataclass(frozen=True)
class LoRAConfig:
    """A GPT whose chosen layers have low-rank adapters.

    Attributes:
        vocabulary: number of tokens V of the GPT.
        positions: its longest text.
        embed_dim: its features of a token.
        heads: its attention heads.
        layers: its layers.
        dropout: its dropout.
        rank: rank r of what is learned.
        alpha: what is learned counts alpha / rank.
        targets: ends of the names of the linear layers that are adapted; the paper's choice is queries and values.
    """

    architecture: ClassVar[str] = "LoRAGPT"

    vocabulary: int = 50_257
    positions: int = 1024
    embed_dim: int = 768
    heads: int = 12
    layers: int = 12
    dropout: float = 0.1
    rank: int = 4
    alpha: float = 32.0
    targets: tuple[str, ...] = ("q_proj", "v_proj")

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.targets:
            raise ValueError("LoRAConfig.targets must name at least one kind of layer; got ()")
        _ = self.gpt  # refuses sizes that do not fit

    @property
    def gpt(self) -> GPTConfig:
        """The configuration of the model that is adapted."""
        return GPTConfig(
            self.vocabulary,
            self.positions,
            self.embed_dim,
            self.heads,
            self.layers,
            self.dropout,
        )

    @classmethod
    def tiny(cls) -> "LoRAConfig":
        """Return one for tests and for the browser: a tiny GPT, adapters of rank 2."""
        return cls(
            vocabulary=11, positions=12, embed_dim=8, heads=2, layers=1, dropout=0.0, rank=2, alpha=4.0
        )  # fmt: skip


PRESETS = {"lora-gpt2": LoRAConfig(), "lora-tiny": LoRAConfig.tiny()}
