"""NeuMF in PyTorch: the names, shapes and results of `numpy_model.py` (He et al. 2017, arXiv:1708.05031)."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..matrix_factorization.numpy_model import check_pairs
from .config import NeuralCFConfig


# --8<-- [start:model]
class NeuralCF(nn.Module):
    """Whether a user will want an item: by a product of factors, and by a perceptron of other factors."""

    def __init__(self, config: NeuralCFConfig | None = None):
        super().__init__()
        config = config or NeuralCFConfig()
        half = config.layers[0] // 2
        self.config = config
        self.user_gmf = nn.Embedding(config.users, config.factors)
        self.item_gmf = nn.Embedding(config.items, config.factors)
        self.user_mlp = nn.Embedding(config.users, half)
        self.item_mlp = nn.Embedding(config.items, half)
        self.mlp = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(config.layers))
        self.output = nn.Linear(config.factors + config.layers[-1], 1)
        for embedding in (self.user_gmf, self.item_gmf, self.user_mlp, self.item_mlp):
            nn.init.normal_(embedding.weight, std=0.1)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:  # (N,), (N,)
        """Return the logits."""
        check_pairs(users, items)
        product = self.user_gmf(users) * self.item_gmf(items)  # (N, f)
        x = torch.cat([self.user_mlp(users), self.item_mlp(items)], dim=1)  # (N, w)
        for layer in self.mlp:
            x = F.relu(layer(x))  # (N, width)
        return self.output(torch.cat([product, x], dim=1))[:, 0]  # (N,)


# --8<-- [end:model]
