"""What DCGAN's players are made of, in PyTorch; the names are those of `numpy_blocks.py`."""

from typing import Any

import torch
from torch import Tensor, nn

from ..gan.torch_blocks import OUTPUTS, SLOPE

START = 0.02


class MinibatchDiscrimination(nn.Module):
    """Adds to every example how close the others of its batch are."""

    def __init__(self, features: int, kernels: int, dims: int):
        super().__init__()
        self.kernels, self.dims = kernels, dims
        self.weight = nn.Parameter(START * torch.randn(features, kernels * dims))

    def forward(self, x: Tensor) -> Tensor:  # (N, A)
        """Return the features with one closeness a kernel behind them."""
        m = (x @ self.weight).reshape(len(x), self.kernels, self.dims)  # (N, B, C)
        pairs = m[:, None] - m[None]  # (N, N, B, C)
        close = torch.exp(-pairs.abs().sum(3)).sum(1)  # (N, B)
        return torch.cat([x, close], 1)  # (N, A + B)


def generator_layers(
    latent: int, widths: tuple[int, ...], channels: int, start: int, output: str
) -> nn.Sequential:
    """Return transposed convolutions from (latent, 1, 1) to pictures; widths count from the picture's end."""
    maps = widths[::-1]  # 512, 256, 128, 64
    layers: list[nn.Module] = [
        begun(nn.ConvTranspose2d(latent, maps[0], start, bias=False)),
        begun(nn.BatchNorm2d(maps[0])),
        nn.ReLU(),
    ]
    for inputs, outputs in zip(maps, (*maps[1:], channels), strict=True):
        up = nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1, bias=False)
        layers += [begun(up), begun(nn.BatchNorm2d(outputs)), nn.ReLU()]
    return nn.Sequential(*layers[:-2], OUTPUTS[output]())


def discriminator_layers(channels: int, widths: tuple[int, ...], norm: str) -> list[nn.Module]:
    """Return convolutions that halve the sides, one a width, with leaky ReLU."""
    layers: list[nn.Module] = []
    for level, (inputs, outputs) in enumerate(
        zip((channels, *widths[:-1]), widths, strict=True)
    ):
        down = nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=norm != "batch")
        layers.append(kept_in_check(begun(down), norm))
        if norm == "batch" and level:
            layers.append(begun(nn.BatchNorm2d(outputs)))
        layers.append(nn.LeakyReLU(SLOPE))
    return layers


def scoring_layers(
    maps: int, start: int, norm: str, minibatch: int | None, dims: int
) -> list[nn.Module]:
    """Return what makes one score out of the smallest maps, of the whole batch if minibatch is not None."""
    if minibatch is None:
        last: nn.Module = nn.Conv2d(maps, 1, start, bias=norm != "batch")
        return [kept_in_check(begun(last), norm)]
    features = maps * start**2
    last = nn.Linear(features + minibatch, 1)
    return [
        nn.Flatten(),
        MinibatchDiscrimination(features, minibatch, dims),
        kept_in_check(begun(last), norm),
    ]


def kept_in_check(layer: nn.Module, norm: str) -> nn.Module:
    """Return the layer, spectrally normalized if norm is "spectral"."""
    return nn.utils.spectral_norm(layer) if norm == "spectral" else layer


def begun(layer: Any) -> Any:
    """Return the layer with DCGAN's first weights: normal about 0, those of batch norm about 1; biases 0."""
    nn.init.normal_(layer.weight, float(isinstance(layer, nn.BatchNorm2d)), START)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer
