"""Sizes of selective state-space models (Gu and Dao 2023, arXiv:2312.00752, table 12)."""

import math
from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class SelectiveSSMConfig:
    """Layers that read a text token by token and keep what matters in a state of fixed size.

    Attributes:
        vocabulary: number of tokens V.
        embed_dim: features D of a token.
        state_size: numbers N that each channel remembers.
        layers: number of layers.
        expand: how many times as many channels there are inside a layer.
        conv_kernel: how many tokens the short convolution sees.
        time_step_rank: numbers that the time steps are made from; D / 16, rounded up, when None.
        eps: keeps the norms finite.
    """

    architecture: ClassVar[str] = "SelectiveSSM"
    positions: ClassVar[float] = math.inf  # a text may be as long as one likes

    vocabulary: int = 50_280
    embed_dim: int = 768
    state_size: int = 16
    layers: int = 24
    expand: int = 2
    conv_kernel: int = 4
    time_step_rank: int | None = None
    eps: float = 1e-5

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def inner(self) -> int:
        """Channels inside a layer.

        >>> SelectiveSSMConfig().inner
        1536
        """
        return self.expand * self.embed_dim

    @property
    def rank(self) -> int:
        """Numbers that the time steps are made from.

        >>> SelectiveSSMConfig().rank
        48
        """
        return self.time_step_rank or math.ceil(self.embed_dim / 16)

    @classmethod
    def tiny(cls) -> "SelectiveSSMConfig":
        """Return one for tests and for the browser: eleven tokens, four features."""
        return cls(vocabulary=11, embed_dim=4, state_size=3, layers=1)


PRESETS = {
    "mamba-130m": SelectiveSSMConfig(),
    "ssm-nano": SelectiveSSMConfig(vocabulary=65, embed_dim=128, layers=4),
    "ssm-tiny": SelectiveSSMConfig.tiny(),
}
