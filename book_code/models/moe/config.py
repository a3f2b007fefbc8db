"""Sizes of a Transformer with experts (Shazeer et al. 2017, arXiv:1701.06538; Fedus et al. 2021, arXiv:2101.03961)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class MoEConfig:
    """Layers of causal attention; in each, every token is sent to a few of many experts.

    Attributes:
        vocabulary: number of tokens V.
        positions: the longest text.
        embed_dim: features of a token.
        heads: attention heads of each layer.
        layers: number of layers.
        feedforward: units of an expert.
        experts: number of experts E of each layer.
        experts_per_token: to how many of them a token goes, k.
        normalized: whether the weights of these k add up to 1 (Shazeer); otherwise they are their shares of all
            experts (Switch), which even a single one learns from.
        capacity: how many tokens an expert takes, as a multiple of its even share; what comes later is passed on
            unchanged. None: all.
    """

    architecture: ClassVar[str] = "MoE"

    vocabulary: int = 65
    positions: int = 64
    embed_dim: int = 128
    heads: int = 4
    layers: int = 4
    feedforward: int = 256
    experts: int = 8
    experts_per_token: int = 2
    normalized: bool = True
    capacity: float | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        if self.embed_dim % self.heads:
            raise ValueError(
                f"MoEConfig: embed_dim={self.embed_dim} cannot be shared evenly by heads={self.heads}"
            )
        if self.experts_per_token > self.experts:
            raise ValueError(
                f"MoEConfig: a token cannot go to {self.experts_per_token} of {self.experts} experts"
            )
        if self.experts_per_token == 1 and self.normalized:
            raise ValueError(
                "MoEConfig: with experts_per_token=1 and normalized=True every weight is 1, and the router "
                "learns nothing; set normalized=False"
            )
        if self.capacity is not None and self.capacity == 0:
            raise ValueError("MoEConfig.capacity must be above 0, or None for no limit")

    @classmethod
    def tiny(cls) -> "MoEConfig":
        """Return one for tests and for the browser: eleven tokens, three experts of which each token sees two."""
        return cls(
            vocabulary=11,
            positions=12,
            embed_dim=8,
            heads=2,
            layers=1,
            feedforward=6,
            experts=3,
            experts_per_token=2,
        )


PRESETS = {
    "moe-nano": MoEConfig(),  # beside gpt-nano-cpu: as much work for a token, three times as many weights
    "moe-switch-nano": MoEConfig(
        feedforward=512, experts_per_token=1, normalized=False, capacity=1.25
    ),
    "moe-tiny": MoEConfig.tiny(),
}
