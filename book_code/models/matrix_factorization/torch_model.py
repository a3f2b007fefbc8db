"""Matrix factorization in PyTorch: the names, shapes and results of `numpy_model.py` (Koren et al. 2009)."""

from torch import Tensor, nn
from torch.nn import functional as F

from .config import MatrixFactorizationConfig
from .numpy_model import check_pairs


# --8<-- [start:model]
class MatrixFactorization(nn.Module):
    """A rating is a mean, how the user rates, how the item is rated, and how well the two fit."""

    def __init__(self, config: MatrixFactorizationConfig | None = None):
        super().__init__()
        config = config or MatrixFactorizationConfig()
        self.config = config
        self.user_factors = nn.Embedding(config.users, config.factors)
        self.item_factors = nn.Embedding(config.items, config.factors)
        if config.biases:
            self.user_bias = nn.Embedding(config.users, 1)
            self.item_bias = nn.Embedding(config.items, 1)
        for weight in self.parameters():
            nn.init.normal_(weight, std=0.1)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:  # (N,), (N,)
        """Return the rating that each user would give to the item beside."""
        check_pairs(users, items)
        p, q = self.user_factors(users), self.item_factors(items)  # (N, f)
        rating = (p * q).sum(dim=-1) + self.config.mean  # (N,)
        if self.config.biases:
            rating = rating + (self.user_bias(users) + self.item_bias(items))[:, 0]
        return rating  # (N,)


def loss(
    model: MatrixFactorization,
    users: Tensor,
    items: Tensor,
    ratings: Tensor,
    penalty: float = 0.02,
) -> Tensor:
    """The mean squared error, and `penalty` times the squared weights that made each rating (equation 5)."""
    squares = (model.user_factors(users) ** 2).sum() + (model.item_factors(items) ** 2).sum()
    if model.config.biases:
        squares = squares + (model.user_bias(users) ** 2).sum()
        squares = squares + (model.item_bias(items) ** 2).sum()
    return F.mse_loss(model(users, items), ratings) + penalty / len(users) * squares


# --8<-- [end:model]
