"""BERT's sizes and heads (Devlin et al. 2018, arXiv:1810.04805, section 3)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields

Head = Literal["none", "masked", "sentence", "pair", "tokens", "span"]


@dataclass(frozen=True)
class BERTConfig:
    """Layers of attention in both directions, and a head for the task.

    Attributes:
        vocabulary: number of tokens V; 0 is the padding.
        positions: the longest text.
        segments: kinds of text in one input (a sentence and the next).
        embed_dim: features of a token, H in the paper.
        heads: attention heads A of each layer.
        feedforward: width of the layers between.
        layers: number of layers L.
        head: "none" gives every token's features, "masked" the logits of the token itself (with "pair" for
            pretraining), "pair" whether the second sentence follows the first, "sentence" one class for the text,
            "tokens" one for each token, "span" where an answer begins and ends.
        classes: of the heads "sentence" and "tokens".
        dropout: share that is silenced after each part, below 1.
    """

    architecture: ClassVar[str] = "BERT"

    vocabulary: int = 30_522
    positions: int = 512
    segments: int = 2
    embed_dim: int = 768
    heads: int = 12
    feedforward: int = 3072
    layers: int = 12
    head: Head = "none"
    classes: int = 2
    dropout: float = 0.1

    def __post_init__(self) -> None:
        check_fields(self)
        if self.embed_dim % self.heads:
            raise ValueError(
                f"BERTConfig: embed_dim={self.embed_dim} cannot be shared evenly by heads={self.heads}"
            )
        if self.dropout >= 1:
            raise ValueError(f"BERTConfig.dropout must be below 1; got {self.dropout}")

    @property
    def pooled(self) -> bool:
        """Whether the head looks at the first token through the pooler (as the model without a head offers)."""
        return self.head in ("none", "sentence", "pair")

    @classmethod
    def tiny(cls) -> "BERTConfig":
        """Return one for tests and for the browser: eleven tokens, eight features, one layer."""
        return cls(
            vocabulary=11, positions=12, embed_dim=8, heads=2, feedforward=12, layers=1, head="masked",
            classes=3, dropout=0.0,
        )  # fmt: skip


PRESETS = {
    "bert-base": BERTConfig(),
    "bert-base-masked": BERTConfig(head="masked"),
    "bert-large": BERTConfig(embed_dim=1024, heads=16, feedforward=4096, layers=24),
    # for experiments on a CPU, after Turc et al. (2019), arXiv:1908.08962, table 1
    "bert-mini": BERTConfig(embed_dim=256, heads=4, feedforward=1024, layers=4),
    "bert-tiny": BERTConfig.tiny(),
}
