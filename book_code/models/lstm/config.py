"""Sizes and choices of an LSTM for sequences (Hochreiter and Schmidhuber 1997; Gers et al. 2000)."""

from dataclasses import dataclass
from typing import ClassVar

from ..rnn.config import SequenceConfig


@dataclass(frozen=True)
class LSTMConfig(SequenceConfig):
    """A sequence model whose core is an LSTM.

    Attributes:
        forget_bias: bias of the forget gate at the start; with 1 the cell keeps most of what it holds (Jozefowicz
            et al. 2015).
        chrono: how many steps back what matters may lie, or None. Biases of the forget gate then start as
            log u with u uniform from 1 to chrono - 1, those of the input gate as their negatives, so that cells
            remember over times of all lengths up to chrono (Tallec and Ollivier 2018, arXiv:1804.11188).

    The other fields are those of `SequenceConfig`.
    """

    architecture: ClassVar[str] = "LSTM"

    forget_bias: float = 1.0
    chrono: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_chrono(self)

    @classmethod
    def tiny(cls) -> "LSTMConfig":
        """Return an LSTM small enough for tests: two numbers a step, three classes."""
        return cls(in_features=2, hidden=4, outputs=3)


def check_chrono(config: SequenceConfig) -> None:
    """Raise unless `chrono` is a time over which something can be remembered."""
    chrono = getattr(config, "chrono", None)
    if chrono is not None and chrono < 3:
        raise ValueError(f"{type(config).__name__}.chrono must be at least 3; got {chrono}")


PRESETS = {
    # a language model of characters
    "lstm": LSTMConfig(vocabulary=96, in_features=64, hidden=256, outputs=96, head="step"),
    "lstm-tiny": LSTMConfig.tiny(),
}
