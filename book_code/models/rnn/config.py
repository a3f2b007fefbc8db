"""Sizes and choices of a recurrent network for sequences (Elman 1990)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class SequenceConfig:
    """What the sequence models of this book have in common: something in, a recurrent core, a linear head.

    Attributes:
        vocabulary: number of tokens V that may come in, or None when real numbers come in.
        in_features: numbers E that come in at every step; with a vocabulary, the length of a token's vector.
        hidden: numbers H of the state.
        layers: recurrent layers on top of each other.
        bidirectional: whether the core reads from both ends. Not for a model that foretells what comes next.
        dropout: share of the entries dropped in training, of the tokens' vectors, between layers and before the head.
        outputs: numbers K that go out: classes, tokens, or values.
        head: "step" gives K numbers at every step (language models, tagging), "last" gives K numbers for the whole
            sequence, from the last state (classification, forecasting).
    """

    vocabulary: int | None = None
    in_features: int = 1
    hidden: int = 64
    layers: int = 1
    bidirectional: bool = False
    dropout: float = 0.0
    outputs: int = 1
    head: Literal["step", "last"] = "last"

    def __post_init__(self) -> None:
        check_fields(self)
        if self.dropout >= 1:
            raise ValueError(
                f"{type(self).__name__}.dropout must be below 1; got {self.dropout}"
            )

    @property
    def directions(self) -> int:
        """2 when the core reads from both ends, else 1."""
        return 2 if self.bidirectional else 1


@dataclass(frozen=True)
class RNNConfig(SequenceConfig):
    """A sequence model with Elman's recurrent layer.

    Attributes:
        nonlinearity: "tanh" or "relu".

    The other fields are those of `SequenceConfig`.
    """

    architecture: ClassVar[str] = "RNN"

    nonlinearity: Literal["tanh", "relu"] = "tanh"

    @classmethod
    def tiny(cls) -> "RNNConfig":
        """Return a network small enough for tests: two numbers a step, three classes."""
        return cls(in_features=2, hidden=5, outputs=3)


PRESETS = {
    # a language model of characters
    "rnn": RNNConfig(vocabulary=96, in_features=64, hidden=256, outputs=96, head="step"),
    "rnn-tiny": RNNConfig.tiny(),
}
