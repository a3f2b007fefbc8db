"""Sizes of matrix factorization (Koren, Bell and Volinsky 2009, doi:10.1109/MC.2009.263)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class MatrixFactorizationConfig:
    """A vector and a number for each user and each item.

    Attributes:
        users: how many users there are.
        items: how many items there are.
        factors: length f of the vectors.
        biases: whether users and items have a number of their own besides (equation 3 of the paper).
        mean: the mean rating, to which everything else is added. Measure it on the training ratings.
    """

    architecture: ClassVar[str] = "MatrixFactorization"

    users: int = 943
    items: int = 1682
    factors: int = 20
    biases: bool = True
    mean: float = 3.5

    def __post_init__(self) -> None:
        check_fields(self)

    @classmethod
    def tiny(cls) -> "MatrixFactorizationConfig":
        """Return one for tests and for the browser: six users, five items."""
        return cls(users=6, items=5, factors=3)


PRESETS = {
    "matrix-factorization-ml100k": MatrixFactorizationConfig(),  # MovieLens 100K's users and items
    "matrix-factorization-tiny": MatrixFactorizationConfig.tiny(),
}
