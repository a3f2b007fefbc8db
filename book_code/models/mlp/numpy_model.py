"""The multi-layer perceptron (Rumelhart, Hinton and Williams 1986, doi:10.1038/323533a0).

    code                book     meaning
    x                   x        one example, D numbers
    layers.i.weight     W_i      n_i x n_(i-1)
    layers.i.bias       b_i      n_i numbers
    act                 phi      the nonlinearity between the layers
    output              z        logits

Deviations from the paper: any of several nonlinearities instead of the sigmoid alone, none after the last layer (its logits
go to the loss), and dropout (Srivastava et al. 2014) where it is asked for.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...autodiff.functional import flatten
from ...nn import (
    ELU,
    GELU,
    Dropout,
    Identity,
    LeakyReLU,
    Linear,
    Module,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
)
from .config import MLPConfig

ACTIVATIONS: dict[str, type[Module]] = {
    "identity": Identity, "sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU,
    "leaky_relu": LeakyReLU, "prelu": PReLU, "elu": ELU, "gelu": GELU, "silu": SiLU,
    "softplus": Softplus,
}  # fmt: skip


# --8<-- [start:model]
class MLP(Module):
    """Fully connected layers with a nonlinearity between them; returns logits.

    Shape:
        (N, ...) with D numbers an example -> (N, K).

    >>> from book_code.models.mlp import MLPConfig
    >>> model = MLP(MLPConfig(in_features=2, hidden=(8, 8), classes=3), rng=np.random.default_rng(0))
    >>> model(np.zeros((5, 2), np.float32)).shape
    (5, 3)
    """

    def __init__(self, config: MLPConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or MLPConfig()
        self.config = config
        self.layers = [Linear(a, b, rng=rng) for a, b in pairwise(config.sizes)]
        self.act = ACTIVATIONS[config.activation]()
        self.dropout = Dropout(config.dropout, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, ...)
        """Return the logits, one a class."""
        x = flatten(x)  # (N, D)
        for layer in self.layers[:-1]:
            x = self.dropout(self.act(layer(x)))  # (N, width)
        return self.layers[-1](x)  # (N, K)


# --8<-- [end:model]
