"""Sizes and choices of a GRU for sequences (Cho et al. 2014)."""

from dataclasses import dataclass
from typing import ClassVar

from ..lstm.config import check_chrono
from ..rnn.config import SequenceConfig


@dataclass(frozen=True)
class GRUConfig(SequenceConfig):
    """A sequence model whose core is a GRU.

    Attributes:
        chrono: how many steps back what matters may lie, or None. Biases of the update gate then start as
            log u with u uniform from 1 to chrono - 1, so that units remember over times of all lengths up to chrono
            (Tallec and Ollivier 2018, arXiv:1804.11188).

    The other fields are those of `SequenceConfig`.
    """

    architecture: ClassVar[str] = "GRU"

    chrono: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_chrono(self)

    @classmethod
    def tiny(cls) -> "GRUConfig":
        """Return a GRU small enough for tests: two numbers a step, three classes."""
        return cls(in_features=2, hidden=4, outputs=3)


PRESETS = {
    # a language model of characters
    "gru": GRUConfig(vocabulary=96, in_features=64, hidden=256, outputs=96, head="step"),
    "gru-tiny": GRUConfig.tiny(),
}
