"""What DCGAN's players are made of; WGAN's for pictures are made of the same."""

from typing import Any

import numpy as np

from ... import init
from ...autodiff import Tensor
from ...autodiff import functional as F
from ...nn import (
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    LeakyReLU,
    Linear,
    Module,
    ReLU,
    Sequential,
    spectral_norm,
)
from ..gan.numpy_blocks import OUTPUTS, SLOPE

START = 0.02  # standard deviation of the first weights (section 4)


# --8<-- [start:minibatch]
class MinibatchDiscrimination(Module):
    """Adds to every example how close the others of its batch are: a batch of equal pictures gives itself away.

    Kernel b compares f(x_i) T_b, a vector of C numbers, between examples: o_b(x_i) = sum over j of
    exp(-|f(x_i) T_b - f(x_j) T_b|_1), the example itself (which adds 1) included.

    Shape:
        (N, A) -> (N, A + B); weight T (A, B · C)

    References:
        T. Salimans et al. (2016). Improved techniques for training GANs. NeurIPS. arXiv:1606.03498, section 3.2

    >>> layer = MinibatchDiscrimination(3, 2, 4, rng=np.random.default_rng(0))
    >>> layer(np.ones((5, 3), np.float32)).data[0].tolist()
    [1.0, 1.0, 1.0, 5.0, 5.0]
    """

    def __init__(self, features: int, kernels: int, dims: int, *, rng: np.random.Generator):
        super().__init__()
        self.kernels, self.dims = kernels, dims
        shape = (features, kernels * dims)
        self.weight = Tensor(init.normal(shape, START, rng=rng), requires_grad=True)

    def forward(self, x: Any) -> Tensor:  # (N, A)
        """Return the features with one closeness a kernel behind them."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        n = len(x)
        m = (x @ self.weight).reshape(n, self.kernels, self.dims)  # (N, B, C)
        pairs = m.reshape(n, 1, *m.shape[1:]) - m.reshape(1, n, *m.shape[1:])  # (N, N, B, C)
        close = F.exp(-pairs.abs().sum(axis=3)).sum(axis=1)  # (N, B)
        return F.concatenate([x, close], axis=1)  # (N, A + B)


# --8<-- [end:minibatch]


# --8<-- [start:generator]
def generator_layers(
    latent: int,
    widths: tuple[int, ...],
    channels: int,
    start: int,
    output: str,
    rng: np.random.Generator,
) -> Sequential:
    """Return transposed convolutions from (latent, 1, 1) to pictures; widths count from the picture's end."""
    maps = widths[::-1]  # 512, 256, 128, 64
    layers: list[Module] = [
        begun(ConvTranspose2d(latent, maps[0], start, bias=False, rng=rng), rng),
        begun(BatchNorm2d(maps[0]), rng),
        ReLU(),
    ]
    for inputs, outputs in zip(maps, (*maps[1:], channels), strict=True):
        up = ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1, bias=False, rng=rng)
        layers += [begun(up, rng), begun(BatchNorm2d(outputs), rng), ReLU()]
    return Sequential(*layers[:-2], OUTPUTS[output]())


# --8<-- [end:generator]


# --8<-- [start:discriminator]
def discriminator_layers(
    channels: int, widths: tuple[int, ...], norm: str, rng: np.random.Generator
) -> list[Module]:
    """Return convolutions that halve the sides, one a width, with leaky ReLU."""
    layers: list[Module] = []
    for level, (inputs, outputs) in enumerate(
        zip((channels, *widths[:-1]), widths, strict=True)
    ):
        down = Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=norm != "batch", rng=rng)
        layers.append(kept_in_check(begun(down, rng), norm, rng))
        if norm == "batch" and level:
            layers.append(begun(BatchNorm2d(outputs), rng))
        layers.append(LeakyReLU(SLOPE))
    return layers


def scoring_layers(
    maps: int,
    start: int,
    norm: str,
    minibatch: int | None,
    dims: int,
    rng: np.random.Generator,
) -> list[Module]:
    """Return what makes one score out of the smallest maps, of the whole batch if minibatch is not None."""
    if minibatch is None:
        last: Module = Conv2d(maps, 1, start, bias=norm != "batch", rng=rng)
        return [kept_in_check(begun(last, rng), norm, rng)]
    features = maps * start**2
    last = Linear(features + minibatch, 1, rng=rng)
    return [
        Flatten(),
        MinibatchDiscrimination(features, minibatch, dims, rng=rng),
        kept_in_check(begun(last, rng), norm, rng),
    ]


# --8<-- [end:discriminator]


def kept_in_check(layer: Module, norm: str, rng: np.random.Generator) -> Module:
    """Return the layer, spectrally normalized if norm is "spectral"."""
    return spectral_norm(layer, rng=rng) if norm == "spectral" else layer


def begun(layer: Any, rng: np.random.Generator) -> Any:
    """Return the layer with DCGAN's first weights: normal about 0, those of batch norm about 1; biases 0."""
    weight = init.normal(layer.weight.shape, START, rng=rng)
    about = np.float32(isinstance(layer, BatchNorm2d))
    layer.weight = Tensor(about + weight, requires_grad=True)
    if layer.bias is not None:
        layer.bias = Tensor(np.zeros(layer.bias.shape, np.float32), requires_grad=True)
    return layer
