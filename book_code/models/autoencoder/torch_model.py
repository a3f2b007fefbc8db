"""Autoencoders in PyTorch: deep (2006), denoising (2008) and convolutional (2011).

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the papers.
"""

import math
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import (
    AutoencoderConfig,
    ConvolutionalAutoencoderConfig,
    DenoisingAutoencoderConfig,
    check_shape,
)

ACTIVATIONS = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU, "tanh": nn.Tanh, "linear": nn.Identity}


# --8<-- [start:model]
class Autoencoder(nn.Module):
    """Layers down to a code and back: what comes out shall be what went in."""

    def __init__(self, config: AutoencoderConfig | None = None):
        super().__init__()
        config = config or AutoencoderConfig()
        self.config: Any = config
        self.encoder = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(config.sizes))
        self.decoder = nn.ModuleList(self.way_back())
        self.act = ACTIVATIONS[config.activation]()
        self.code_act = ACTIVATIONS[config.code_activation]()

    def way_back(self) -> list[Any]:
        """Return the layers of the decoder."""
        return [nn.Linear(b, a) for b, a in pairwise(self.config.sizes[::-1])]

    # --8<-- [start:forward]
    def encode(self, x: Tensor) -> Tensor:  # (N, 1, 28, 28)
        """Return the codes of examples."""
        check_shape(type(self).__name__, "examples", x, self.config.shape)
        h = x.flatten(1)  # (N, 784)
        for layer in self.encoder[:-1]:
            h = self.act(layer(h))  # (N, width)
        return self.code_act(self.encoder[-1](h))  # (N, 30)

    def scores(self, code: Tensor) -> Tensor:  # (N, 30)
        """Return reconstructions before the last nonlinearity."""
        check_shape(type(self).__name__, "codes", code, (self.config.code,))
        h = code
        for layer in self.decoder[:-1]:
            h = self.act(layer(h))  # (N, width)
        return self.decoder[-1](h).reshape(-1, *self.config.shape)  # (N, 1, 28, 28)

    def decode(self, code: Tensor) -> Tensor:  # (N, 30)
        """Return the examples that codes stand for."""
        scores = self.scores(code)  # (N, 1, 28, 28)
        return scores.sigmoid() if self.config.output == "sigmoid" else scores

    def forward(self, x: Tensor) -> Tensor:  # (N, 1, 28, 28)
        """Return the reconstructions of examples."""
        return self.decode(self.encode(x))  # (N, 1, 28, 28)

    # --8<-- [end:forward]


# --8<-- [end:model]


class Tied(nn.Module):
    """A linear layer whose weight is another's transposed: it adds only a bias."""

    def __init__(self, source: Any):
        super().__init__()
        self.source = [source]  # in a list, so that its weight is counted once
        bound = 1 / math.sqrt(source.out_features)
        self.bias = nn.Parameter(torch.empty(source.in_features).uniform_(-bound, bound))

    def forward(self, x: Tensor) -> Tensor:
        """Return x W + b, where the other layer computes x Wᵀ + b."""
        return F.linear(x, self.source[0].weight.T, self.bias)


class DenoisingAutoencoder(Autoencoder):
    """An autoencoder that is trained to give back clean examples for spoiled ones."""

    def __init__(self, config: DenoisingAutoencoderConfig | None = None):
        super().__init__(config or DenoisingAutoencoderConfig())

    def way_back(self) -> list[Any]:
        """Return the layers of the decoder, with the encoder's weights if they are tied."""
        if not self.config.tied:
            return super().way_back()
        return [Tied(layer) for layer in reversed(self.encoder)]


def corrupt(x: Tensor, noise: Tensor, corruption: str, level: float) -> Tensor:
    """Return spoiled examples; noise is normal for "gaussian", else uniform from 0 to 1."""
    if x.shape != noise.shape:
        raise ValueError(
            f"corrupt expected noise of the examples' shape {tuple(x.shape)}, got {tuple(noise.shape)}"
        )
    if corruption == "gaussian":
        return x + level * noise
    if corruption == "masking":
        return torch.where(noise < level, torch.zeros_like(x), x)
    spoiled = (noise >= level / 2).to(x.dtype)  # pepper, salt
    return torch.where(noise < level, spoiled, x)


def draw_noise(
    shape: tuple[int, ...], corruption: str, *, generator: torch.Generator
) -> Tensor:
    """Return the noise that `corrupt` takes: normal for "gaussian", else uniform from 0 to 1."""
    draw = torch.randn if corruption == "gaussian" else torch.rand
    return draw(shape, generator=generator, device=generator.device)


class ConvolutionalAutoencoder(nn.Module):
    """Convolutions down to a code of small maps, transposed convolutions back."""

    def __init__(self, config: ConvolutionalAutoencoderConfig | None = None):
        super().__init__()
        config = config or ConvolutionalAutoencoderConfig()
        self.config = config
        maps = (config.in_channels, *config.channels, config.code)  # 1, 16, 4
        down: list[nn.Module] = []
        up: list[nn.Module] = []
        for a, b in pairwise(maps):
            down += [nn.Conv2d(a, b, 4, stride=2, padding=1), self.activation()]
        for b, a in pairwise(maps[::-1]):
            up += [nn.ConvTranspose2d(b, a, 4, stride=2, padding=1), self.activation()]
        self.encoder = nn.Sequential(*down[:-1])
        self.decoder = nn.Sequential(*up[:-1])

    def activation(self) -> nn.Module:
        """Return the nonlinearity between the layers."""
        return ACTIVATIONS[self.config.activation]()

    def encode(self, x: Tensor) -> Tensor:  # (N, 1, 28, 28)
        """Return the codes of pictures."""
        check_shape("ConvolutionalAutoencoder", "pictures", x, self.config.shape)
        return self.encoder(x)  # (N, 4, 7, 7)

    def scores(self, code: Tensor) -> Tensor:  # (N, 4, 7, 7)
        """Return reconstructions before the last nonlinearity."""
        check_shape("ConvolutionalAutoencoder", "codes", code, self.config.code_shape)
        return self.decoder(code)  # (N, 1, 28, 28)

    def decode(self, code: Tensor) -> Tensor:  # (N, 4, 7, 7)
        """Return the pictures that codes stand for."""
        scores = self.scores(code)  # (N, 1, 28, 28)
        return scores.sigmoid() if self.config.output == "sigmoid" else scores

    def forward(self, x: Tensor) -> Tensor:  # (N, 1, 28, 28)
        """Return the reconstructions of pictures."""
        return self.decode(self.encode(x))  # (N, 1, 28, 28)


# --8<-- [start:loss]
def reconstruction_loss(model: Any, x: Tensor, noise: Tensor | None = None) -> Tensor:
    """Return what an autoencoder minimizes, summed over an example and its code, the mean over the batch."""
    config, given = model.config, x
    if isinstance(model, DenoisingAutoencoder):
        if noise is None:
            raise ValueError(
                "the denoising autoencoder needs noise: draw_noise(x.shape, model.config.corruption, generator=g)"
            )
        given = corrupt(x, noise, config.corruption, config.level)
    code = model.encode(given)
    features = x[0].numel()
    if config.loss == "cross_entropy":
        loss = features * F.binary_cross_entropy_with_logits(model.scores(code), x)
    else:
        loss = features * F.mse_loss(model.decode(code), x)
    if config.penalty != "none":
        loss = loss + config.sparsity * sparsity_penalty(code, config.penalty, config.activity)
    return loss


def sparsity_penalty(code: Tensor, penalty: str, activity: float) -> Tensor:
    """Return how far codes are from sparse: "l1", their size, or "kl", from units active so often on average."""
    if penalty == "l1":
        return code.abs().sum(1).mean()
    active = code.mean(0)  # (code,)
    on = activity * (math.log(activity) - active.log())
    off = (1 - activity) * (math.log(1 - activity) - (1 - active).log())
    return (on + off).sum()


# --8<-- [end:loss]


@torch.no_grad()
def reconstruction_error(model: Any, x: Tensor) -> Tensor:
    """Return each example's mean squared error: large for what is unlike the data that was learned."""
    return (model(x) - x).square().flatten(1).mean(1)
