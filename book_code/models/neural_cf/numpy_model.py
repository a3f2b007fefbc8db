"""NeuMF: He et al. (2017), Neural Collaborative Filtering, arXiv:1708.05031.

    code               paper     shape            meaning
    user_gmf.weight    p_u^G     (users, f)       factors of users and items for the product
    item_gmf.weight    q_i^G     (items, f)
    user_mlp.weight    p_u^M     (users, w/2)     factors of users and items for the perceptron
    item_mlp.weight    q_i^M     (items, w/2)
    mlp.l              W_l, b_l                   the perceptron's layers, ReLU after each
    output             h                          weighs both parts' last features
    forward            ŷ_ui      (N,)             the logit of "this user will want this item"

Deviations from the paper: the output layer has a bias, both parts are trained together from the start (the paper can
begin from parts trained alone), forward returns the logit, not its sigmoid, and the first weights are larger than the
paper's, which are normal with standard deviation 0.01.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...autodiff import functional as F
from ...nn import Embedding, Linear, Module
from ..matrix_factorization.numpy_model import check_pairs, small
from .config import NeuralCFConfig


# --8<-- [start:model]
class NeuralCF(Module):
    """Whether a user will want an item: by a product of factors, and by a perceptron of other factors.

    Shape:
        users (N,), items (N,), integers -> (N,) logits.

    >>> from book_code.models.neural_cf import NeuralCFConfig
    >>> model = NeuralCF(NeuralCFConfig.tiny(), rng=np.random.default_rng(0))
    >>> model([0, 5], [4, 0]).shape
    (2,)
    """

    def __init__(self, config: NeuralCFConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or NeuralCFConfig()
        half = config.layers[0] // 2
        self.config = config
        self.user_gmf = small(Embedding(config.users, config.factors, rng=rng))
        self.item_gmf = small(Embedding(config.items, config.factors, rng=rng))
        self.user_mlp = small(Embedding(config.users, half, rng=rng))
        self.item_mlp = small(Embedding(config.items, half, rng=rng))
        self.mlp = [Linear(a, b, rng=rng) for a, b in pairwise(config.layers)]
        self.output = Linear(config.factors + config.layers[-1], 1, rng=rng)

    def forward(self, users: Any, items: Any) -> Tensor:  # (N,), (N,)
        """Return the logits."""
        check_pairs(users, items)
        product = self.user_gmf(users) * self.item_gmf(items)  # (N, f)
        x = F.concatenate([self.user_mlp(users), self.item_mlp(items)], axis=1)  # (N, w)
        for layer in self.mlp:
            x = F.relu(layer(x))  # (N, width)
        return self.output(F.concatenate([product, x], axis=1))[:, 0]  # (N,)


# --8<-- [end:model]


# --8<-- [start:negatives]
def with_negatives(
    users: Any, items: Any, count: int, *, all_items: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs that happened with label 1, and for each `count` items that did not, with label 0.

    Args:
        users: the user of each pair, (N,).
        items: the item of each pair, (N,).
        count: how many unwanted items for each wanted one; the paper takes 4.
        all_items: how many items there are.
        rng: draws the items.

    Returns:
        Users, items and labels (float32), each of shape (N · (1 + count),).

    Raises:
        ValueError: when a user wants all items, so that there is nothing else to draw; when the users and items
            are no pairs, or an item is not below `all_items`.

    >>> u, i, y = with_negatives([0, 0], [1, 2], 1, all_items=4, rng=np.random.default_rng(0))
    >>> u.tolist(), i[:2].tolist(), y.tolist(), set(i[2:].tolist()) <= {0, 3}
    ([0, 0, 0, 0], [1, 2], [1.0, 1.0, 0.0, 0.0], True)
    """
    users, items = np.asarray(users), np.asarray(items)
    if users.ndim != 1 or users.shape != items.shape or not users.size:
        raise ValueError(
            f"with_negatives expected a user and an item of each pair, (N,), got {users.shape} and {items.shape}"
        )
    if items.min() < 0 or items.max() >= all_items or users.min() < 0:
        raise ValueError(
            f"with_negatives expected users from 0 and items from 0 to {all_items - 1}"
        )
    known = np.unique(users * all_items + items)
    if (np.bincount(known // all_items) == all_items).any():
        raise ValueError(
            "with_negatives: a user wants every item, so that there is none to draw"
        )
    others = np.repeat(users, count)
    drawn = rng.integers(all_items, size=len(others))
    while len(wanted := np.nonzero(np.isin(others * all_items + drawn, known))[0]):
        drawn[wanted] = rng.integers(all_items, size=len(wanted))
    labels = np.repeat(np.array([1, 0], np.float32), [len(users), len(others)])
    return np.concatenate([users, others]), np.concatenate([items, drawn]), labels


# --8<-- [end:negatives]
