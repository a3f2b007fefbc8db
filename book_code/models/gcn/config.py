"""Sizes of graph convolutional networks (Kipf and Welling 2016, arXiv:1609.02907, section 5.2)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class GCNConfig:
    """Layers that mix every node's features with its neighbours'.

    Attributes:
        in_features: numbers that describe a node, C.
        hidden: features after each hidden layer; its length and one is the depth: how many steps a node sees.
        classes: number of classes F.
        dropout: share of the features that are silenced before each layer in training, below 1.
        self_loops: whether a node counts among its own neighbours (the paper's renormalization trick).
    """

    architecture: ClassVar[str] = "GCN"

    in_features: int = 1433
    hidden: tuple[int, ...] = (16,)
    classes: int = 7
    dropout: float = 0.5
    self_loops: bool = True

    def __post_init__(self) -> None:
        check_fields(self)
        if self.dropout >= 1:
            raise ValueError(f"GCNConfig.dropout must be below 1; got {self.dropout}")

    @property
    def input_shape(self) -> tuple[int]:
        """The shape of one node."""
        return (self.in_features,)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Features of a node from the input to the output.

        >>> GCNConfig().sizes
        (1433, 16, 7)
        """
        return (self.in_features, *self.hidden, self.classes)

    @classmethod
    def tiny(cls) -> "GCNConfig":
        """Return one for tests and for the browser: five features, two classes."""
        return cls(in_features=5, hidden=(6,), classes=2, dropout=0.0)


PRESETS = {"gcn-cora": GCNConfig(), "gcn-tiny": GCNConfig.tiny()}
