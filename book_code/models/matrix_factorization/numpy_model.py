"""Matrix factorization: Koren, Bell and Volinsky (2009), doi:10.1109/MC.2009.263.

    code                  paper    shape        meaning
    user_factors.weight   p_u      (users, f)   what a user likes
    item_factors.weight   q_i      (items, f)   what an item has of it
    user_bias.weight      b_u      (users, 1)   how kindly a user rates
    item_bias.weight      b_i      (items, 1)   how well an item is rated
    config.mean           mu                    the mean rating
    output                r̂_ui     (N,)         mu + b_i + b_u + q_i · p_u      (equation 4)

Deviations from the paper: the weights are learned by any optimizer of the book on mini-batches, not by one step
a rating or by alternating least squares.
"""

from typing import Any

import numpy as np

from ... import losses
from ...autodiff import Tensor
from ...nn import Embedding, Module
from .config import MatrixFactorizationConfig


# --8<-- [start:model]
class MatrixFactorization(Module):
    """A rating is a mean, how the user rates, how the item is rated, and how well the two fit.

    Shape:
        users (N,), items (N,), integers -> (N,).

    >>> from book_code.models.matrix_factorization import MatrixFactorizationConfig
    >>> model = MatrixFactorization(MatrixFactorizationConfig.tiny(), rng=np.random.default_rng(0))
    >>> model([0, 5], [4, 0]).shape
    (2,)
    """

    def __init__(
        self, config: MatrixFactorizationConfig | None = None, *, rng: np.random.Generator
    ):
        super().__init__()
        config = config or MatrixFactorizationConfig()
        self.config = config
        self.user_factors = small(Embedding(config.users, config.factors, rng=rng))
        self.item_factors = small(Embedding(config.items, config.factors, rng=rng))
        if config.biases:
            self.user_bias = small(Embedding(config.users, 1, rng=rng))
            self.item_bias = small(Embedding(config.items, 1, rng=rng))

    def forward(self, users: Any, items: Any) -> Tensor:  # (N,), (N,)
        """Return the rating that each user would give to the item beside."""
        check_pairs(users, items)
        p, q = self.user_factors(users), self.item_factors(items)  # (N, f)
        rating = (p * q).sum(axis=-1) + self.config.mean  # (N,)
        if self.config.biases:
            rating = rating + (self.user_bias(users) + self.item_bias(items))[:, 0]
        return rating  # (N,)


def loss(model: Any, users: Any, items: Any, ratings: Any, penalty: float = 0.02) -> Tensor:
    """The mean squared error, and `penalty` times the squared weights that made each rating (equation 5).

    >>> from book_code.models.matrix_factorization import MatrixFactorizationConfig
    >>> model = MatrixFactorization(MatrixFactorizationConfig.tiny(), rng=np.random.default_rng(0))
    >>> loss(model, [0], [1], np.array([3.5], np.float32)).item() < 1
    True
    """
    squares = (model.user_factors(users) ** 2).sum() + (model.item_factors(items) ** 2).sum()
    if model.config.biases:
        squares = squares + (model.user_bias(users) ** 2).sum()
        squares = squares + (model.item_bias(items) ** 2).sum()
    return losses.mse(model(users, items), ratings) + penalty / len(users) * squares


# --8<-- [end:model]


def check_pairs(users: Any, items: Any) -> None:
    """Raise, in either back end, unless there is an item beside each user.

    >>> check_pairs([0], [0, 1])
    Traceback (most recent call last):
    ValueError: expected a user and an item of each pair, (N,), got (1,) and (2,)
    """
    shapes = [tuple(np.shape(part)) for part in (users, items)]
    if shapes[0] != shapes[1] or len(shapes[0]) != 1:
        raise ValueError(
            f"expected a user and an item of each pair, (N,), got {shapes[0]} and {shapes[1]}"
        )


def small(embedding: Embedding) -> Embedding:
    """Return the embedding with a tenth of its first weights: the first ratings are near the mean.

    >>> bool(np.abs(small(Embedding(4, 2, rng=np.random.default_rng(0))).weight.numpy()).max() < 0.5)
    True
    """
    embedding.weight.data = embedding.weight.data * np.float32(0.1)
    return embedding
