"""What the players of the GANs are made of, in PyTorch; the names are those of `numpy_blocks.py`."""

from itertools import pairwise

from torch import Tensor, nn

OUTPUTS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "linear": nn.Identity}
SLOPE = 0.2


class Maxout(nn.Module):
    """Units that are each the largest of several linear functions."""

    def __init__(self, inputs: int, outputs: int, pieces: int):
        super().__init__()
        self.pieces = pieces
        self.linear = nn.Linear(inputs, outputs * pieces)

    def forward(self, x: Tensor) -> Tensor:
        """Return the largest piece of every unit."""
        return self.linear(x).reshape(len(x), -1, self.pieces).amax(dim=2)


def generator_layers(sizes: tuple[int, ...], output: str) -> nn.Sequential:
    """Return linear layers with ReLU between them and a last nonlinearity."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1], OUTPUTS[output]())


def discriminator_layers(
    sizes: tuple[int, ...], pieces: int | None, bias: bool = True
) -> nn.Sequential:
    """Return layers of maxout units, or linear ones with leaky ReLU, and a last linear one that scores."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        if pieces:
            layers += [Maxout(inputs, outputs, pieces)]
        else:
            layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(SLOPE)]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1, bias))
