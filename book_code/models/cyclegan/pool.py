"""Pictures made earlier, so that the judges do not forget what they have learned (arXiv:1612.07828)."""

from collections.abc import Iterable
from typing import Any

import numpy as np


# --8<-- [start:pool]
class ImagePool:
    """Keeps up to `size` pictures; half of those that are handed in come back as one from earlier.

    It stores what it is given, arrays or tensors, and only draws numbers of its own.

    Args:
        size: how many pictures are kept; 0 hands everything straight back. The paper has 50.
        rng: draws which come back.

    Examples:
        >>> pool = ImagePool(2, rng=np.random.default_rng(0))
        >>> pool.swap("ab")
        ['a', 'b']
        >>> sorted(set(pool.swap("cdefgh")) & set("ab"))
        ['a', 'b']
    """

    def __init__(self, size: int = 50, *, rng: np.random.Generator):
        if size < 0:
            raise ValueError(f"ImagePool expected a size from 0 on, got {size}")
        self.size, self.rng = size, rng
        self.pictures: list[Any] = []

    def swap(self, pictures: Iterable[Any]) -> list[Any]:
        """Return as many pictures: new ones until the pool is full, then one in two from earlier."""
        return [self._swap_one(picture) for picture in pictures]

    def _swap_one(self, picture: Any) -> Any:
        if len(self.pictures) < self.size:
            self.pictures.append(picture)
            return picture
        if not self.size or self.rng.random() < 0.5:
            return picture
        place = self.rng.integers(self.size)
        earlier, self.pictures[place] = self.pictures[place], picture
        return earlier


# --8<-- [end:pool]
