"""Sizes of graph attention networks (Veličković et al. 2017, arXiv:1710.10903, section 3.3)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class GATConfig:
    """Two layers in which every node weighs its neighbours.

    Attributes:
        in_features: numbers that describe a node, F.
        hidden: features F' of each head of the first layer.
        heads: heads K of the first layer, which are concatenated.
        classes: number of classes, the features of the second layer.
        out_heads: heads of the second layer, which are averaged.
        slope: slope of LeakyReLU below zero.
        dropout: share of features, and of attention weights, silenced in training, below 1.
    """

    architecture: ClassVar[str] = "GAT"

    in_features: int = 1433
    hidden: int = 8
    heads: int = 8
    classes: int = 7
    out_heads: int = 1
    slope: float = 0.2
    dropout: float = 0.6

    def __post_init__(self) -> None:
        check_fields(self)
        if self.dropout >= 1:
            raise ValueError(f"GATConfig.dropout must be below 1; got {self.dropout}")

    @property
    def input_shape(self) -> tuple[int]:
        """The shape of one node."""
        return (self.in_features,)

    @classmethod
    def tiny(cls) -> "GATConfig":
        """Return one for tests and for the browser: five features, two heads, two classes."""
        return cls(in_features=5, hidden=3, heads=2, classes=2, dropout=0.0)


PRESETS = {"gat-cora": GATConfig(), "gat-tiny": GATConfig.tiny()}
