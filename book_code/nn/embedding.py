"""A table of vectors, one for each token, user or item."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code import init
from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.nn.module import Module, check_sizes


# --8<-- [start:embedding]
class Embedding(Module):
    """Looks numbers up: id i becomes row i of a table that is learned.

    The rows start standard normal, as in PyTorch.

    Args:
        num_embeddings: how many rows V there are; ids go from 0 to V - 1.
        embedding_dim: length D of a row.
        rng: where the first weights come from.

    Shape:
        ids (...) -> (..., D); weight (V, D)

    Raises:
        ValueError: when an id names no row.

    Examples:
        >>> layer = Embedding(100, 8, rng=np.random.default_rng(0))
        >>> layer([[3, 14, 15], [92, 65, 35]]).shape
        (2, 3, 8)
    """

    def __init__(
        self, num_embeddings: int, embedding_dim: int, *, rng: np.random.Generator
    ) -> None:
        check_sizes("Embedding", num_embeddings, embedding_dim)
        first = init.normal((num_embeddings, embedding_dim), 1.0, rng=rng)
        self.weight = Tensor(first, requires_grad=True)

    def forward(self, ids: Any) -> Tensor:
        """The rows."""
        return F.embedding(ids, self.weight)

    # --8<-- [end:embedding]

    def extra_repr(self) -> str:
        """Sizes."""
        return ", ".join(map(str, self.weight.shape))
