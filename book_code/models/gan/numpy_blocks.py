"""What the players of the GANs are made of."""

from itertools import pairwise
from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...nn import Identity, LeakyReLU, Linear, Module, ReLU, Sequential, Sigmoid, Tanh

OUTPUTS = {"sigmoid": Sigmoid, "tanh": Tanh, "linear": Identity}
SLOPE = 0.2  # of the leaky rectifiers, as in DCGAN


# --8<-- [start:maxout]
class Maxout(Module):
    """Units that are each the largest of several linear functions (Goodfellow and others 2013, arXiv:1302.4389).

    Shape:
        (N, in) -> (N, out); linear.weight (out · pieces, in), the pieces of a unit beside each other.

    >>> Maxout(3, 2, 5, rng=np.random.default_rng(0))(np.zeros((4, 3), np.float32)).shape
    (4, 2)
    """

    def __init__(self, inputs: int, outputs: int, pieces: int, *, rng: np.random.Generator):
        super().__init__()
        self.pieces = pieces
        self.linear = Linear(inputs, outputs * pieces, rng=rng)

    def forward(self, x: Any) -> Tensor:
        """Return the largest piece of every unit."""
        return self.linear(x).reshape(len(x), -1, self.pieces).max(axis=2)


# --8<-- [end:maxout]


def generator_layers(
    sizes: tuple[int, ...], output: str, rng: np.random.Generator
) -> Sequential:
    """Return linear layers with ReLU between them and a last nonlinearity."""
    layers: list[Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [Linear(inputs, outputs, rng=rng), ReLU()]
    return Sequential(*layers[:-1], OUTPUTS[output]())


def discriminator_layers(
    sizes: tuple[int, ...], pieces: int | None, rng: np.random.Generator, bias: bool = True
) -> Sequential:
    """Return layers of maxout units, or linear ones with leaky ReLU, and a last linear one that scores."""
    layers: list[Module] = []
    for inputs, outputs in pairwise(sizes):
        if pieces:
            layers += [Maxout(inputs, outputs, pieces, rng=rng)]
        else:
            layers += [Linear(inputs, outputs, rng=rng), LeakyReLU(SLOPE)]
    return Sequential(*layers, Linear(sizes[-1], 1, bias, rng=rng))
