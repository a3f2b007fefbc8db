"""Sizes and choices of encoder-decoder models, with and without attention."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields

PAD, START, END = 0, 1, 2  # the first tokens of every vocabulary


@dataclass(frozen=True)
class TranslationConfig:
    """What both models have.

    Attributes:
        source_vocabulary: number of tokens of the sources, `PAD`, `START` and `END` included.
        target_vocabulary: number of tokens of the targets, these three included.
        embedding: length E of a token's vector.
        hidden: numbers H of the state, of every layer and direction.
        layers: recurrent layers on top of each other, in encoder and decoder each.
        cell: "lstm" or "gru".
        dropout: share of the entries dropped in training: of the tokens' vectors, between layers, before the output.
    """

    source_vocabulary: int = 10_000
    target_vocabulary: int = 10_000
    embedding: int = 256
    hidden: int = 256
    layers: int = 1
    cell: Literal["lstm", "gru"] = "lstm"
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        kind = type(self).__name__
        if min(self.source_vocabulary, self.target_vocabulary) < 4:
            raise ValueError(
                f"{kind} needs vocabularies of at least 4 (padding, start, end and a word); got "
                f"{self.source_vocabulary} and {self.target_vocabulary}"
            )
        if self.dropout >= 1:
            raise ValueError(f"{kind}.dropout must be below 1; got {self.dropout}")


@dataclass(frozen=True)
class Seq2SeqConfig(TranslationConfig):
    """The source goes through an encoder whose last state is all that the decoder knows of it.

    Attributes:
        reverse_source: whether the source is read from its end, so that its first words stand near those of the
            target.

    The other fields are those of `TranslationConfig`.
    """

    architecture: ClassVar[str] = "Seq2Seq"

    reverse_source: bool = True

    @classmethod
    def tiny(cls) -> "Seq2SeqConfig":
        """Return a model small enough for tests."""
        return cls(source_vocabulary=7, target_vocabulary=6, embedding=3, hidden=4)


@dataclass(frozen=True)
class AttentionSeq2SeqConfig(TranslationConfig):
    """The decoder looks back at every state of the encoder.

    Attributes:
        bidirectional: whether the encoder reads from both ends.
        attention: how well a state h of the encoder fits the state s of the decoder: "additive" is v tanh(W s + U h),
            as Bahdanau has it: it looks before each step; "dot" is s h and "general" is s W h, as Luong has it: they
            look after each step. "dot" needs states of one length: bidirectional=False.
        units: numbers A of additive attention's hidden layer; the others have none.

    The other fields are those of `TranslationConfig`.
    """

    architecture: ClassVar[str] = "AttentionSeq2Seq"

    cell: Literal["lstm", "gru"] = "gru"
    bidirectional: bool = True
    attention: Literal["additive", "dot", "general"] = "additive"
    units: int = 256

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.attention == "dot" and self.bidirectional:
            raise ValueError(
                f'attention="dot" multiplies states of {self.hidden} numbers of the decoder with states of '
                f"{2 * self.hidden} of a bidirectional encoder; take bidirectional=False or "
                'attention="general"'
            )

    @property
    def memory(self) -> int:
        """Numbers M that the encoder gives for every token of the source."""
        return self.hidden * (2 if self.bidirectional else 1)

    @classmethod
    def tiny(cls) -> "AttentionSeq2SeqConfig":
        """Return a model small enough for tests."""
        return cls(source_vocabulary=7, target_vocabulary=6, embedding=3, hidden=4, units=5)


PRESETS = {
    "seq2seq": Seq2SeqConfig(),
    "seq2seq-tiny": Seq2SeqConfig.tiny(),
    "attention-seq2seq": AttentionSeq2SeqConfig(),
    "attention-seq2seq-tiny": AttentionSeq2SeqConfig.tiny(),
}
