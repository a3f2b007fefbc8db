"""Sizes of neural collaborative filtering (He et al. 2017, arXiv:1708.05031, section 4.1)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class NeuralCFConfig:
    """A product of factors and a multi-layer perceptron side by side (NeuMF).

    Attributes:
        users: how many users there are.
        items: how many items there are.
        factors: length of the vectors that are multiplied ("predictive factors").
        layers: widths of the perceptron; the first is that of a user's and an item's vector together, even.
            Those here are the authors' code's for eight factors; section 4.1 tells of (32, 16, 8).
    """

    architecture: ClassVar[str] = "NeuralCF"

    users: int = 6040
    items: int = 3706
    factors: int = 8
    layers: tuple[int, ...] = (64, 32, 16, 8)

    def __post_init__(self) -> None:
        check_fields(self)
        if len(self.layers) < 2 or self.layers[0] % 2:
            raise ValueError(
                "NeuralCFConfig.layers must have at least two widths, the first even (half for the user, half for "
                f"the item); got {self.layers}"
            )

    @classmethod
    def tiny(cls) -> "NeuralCFConfig":
        """Return one for tests and for the browser: six users, five items."""
        return cls(users=6, items=5, factors=3, layers=(8, 4))


PRESETS = {
    "neural-cf-ml1m": NeuralCFConfig(),  # MovieLens 1M, eight predictive factors
    "neural-cf-tiny": NeuralCFConfig.tiny(),
}
