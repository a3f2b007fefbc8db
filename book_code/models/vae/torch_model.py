"""VAE in PyTorch: Kingma and Welling (2013), arXiv:1312.6114.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the papers.
"""

import math
from itertools import pairwise
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..autoencoder.config import check_shape
from .config import VAEConfig, check_labels

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "softplus": nn.Softplus}


class VAEOutput(NamedTuple):
    """What the model says of examples: scores of the pixels, and the distributions of their codes."""

    scores: Tensor  # (N, *shape)
    mean: Tensor  # (N, latent)
    log_variance: Tensor  # (N, latent)


# --8<-- [start:model]
class VAE(nn.Module):
    """An encoder to distributions of codes, and a decoder from codes to distributions of examples."""

    def __init__(self, config: VAEConfig | None = None):
        super().__init__()
        config = config or VAEConfig()
        labels = config.classes or 0
        down = (config.features + labels, *config.hidden)
        up = (config.latent + labels, *config.hidden[::-1], config.features)
        self.config = config
        self.encoder = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(down))
        self.mean = nn.Linear(down[-1], config.latent)
        self.log_variance = nn.Linear(down[-1], config.latent)
        self.decoder = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(up))
        self.act = ACTIVATIONS[config.activation]()

    # --8<-- [start:forward]
    def encode(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return mean and logarithm of the variance of the codes of examples: q(z|x)."""
        check_shape("VAE", "examples", x, self.config.shape)
        h = self.labelled(x.flatten(1), y)  # (N, 784)
        for layer in self.encoder:
            h = self.act(layer(h))  # (N, 500)
        return self.mean(h), self.log_variance(h)  # (N, 20) each

    def scores(self, z: Tensor, y: Tensor | None = None) -> Tensor:  # (N, 20), (N,)
        """Return what p(x|z) is made from: logits of the pixels, or their means."""
        check_shape("VAE", "codes", z, (self.config.latent,))
        h = self.labelled(z, y)  # (N, 20)
        for layer in self.decoder[:-1]:
            h = self.act(layer(h))  # (N, 500)
        return self.decoder[-1](h).reshape(-1, *self.config.shape)  # (N, 1, 28, 28)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:  # (N, 20), (N,)
        """Return the mean of p(x|z): the examples that codes stand for."""
        scores = self.scores(z, y)  # (N, 1, 28, 28)
        return scores.sigmoid() if self.config.likelihood == "bernoulli" else scores

    def forward(self, x: Tensor, noise: Any = None, y: Tensor | None = None) -> VAEOutput:
        """Return scores of reconstructions and the codes' distributions; without noise the code is its mean."""
        mean, log_variance = self.encode(x, y)  # (N, 20) each
        z = mean if noise is None else reparametrize(mean, log_variance, noise)  # (N, 20)
        return VAEOutput(self.scores(z, y), mean, log_variance)  # (N, 1, 28, 28)

    # --8<-- [end:forward]

    def labelled(self, h: Tensor, y: Tensor | None) -> Tensor:
        """Return the inputs with the labels, one-hot, behind them, where the model has classes."""
        check_labels("VAE", y, len(h), self.config.classes)
        if y is None or self.config.classes is None:
            return h
        return torch.cat([h, F.one_hot(y, self.config.classes).to(h.dtype)], 1)


# --8<-- [end:model]


# --8<-- [start:elbo]
def reparametrize(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """Return codes z = mu + sigma epsilon: random, and yet mu and sigma have gradients."""
    check_shape("VAE", "noise", noise, tuple(mean.shape[1:]))
    return mean + (0.5 * log_variance).exp() * noise


def log_likelihood(scores: Tensor, x: Tensor, likelihood: str) -> Tensor:
    """Return log p(x|z) of every example, summed over its pixels."""
    if likelihood == "bernoulli":
        pixels = -F.binary_cross_entropy_with_logits(scores, x, reduction="none")
    else:
        pixels = -0.5 * (x - scores).square() - 0.5 * math.log(2 * math.pi)
    return pixels.flatten(1).sum(1)


def elbo_terms(
    model: VAE, x: Tensor, noise: Tensor, y: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Return the two terms of the bound, in nats an example: E log p(x|z), by one sample of z, and KL(q(z|x) || p(z))."""
    scores, mean, log_variance = model(x, noise, y)
    expected = log_likelihood(scores, x, model.config.likelihood).mean()
    terms = mean.square() + log_variance.exp() - 1 - log_variance
    return expected, 0.5 * terms.sum(1).mean()


def elbo(model: VAE, x: Tensor, noise: Tensor, y: Tensor | None = None) -> Tensor:
    """Return the evidence lower bound (equation 10), the mean over examples; with beta its second term counts so often."""
    expected, divergence = elbo_terms(model, x, noise, y)
    return expected - model.config.beta * divergence


def negative_elbo(model: VAE, x: Tensor, noise: Tensor, y: Tensor | None = None) -> Tensor:
    """Return what is minimized: minus the bound."""
    return -elbo(model, x, noise, y)


# --8<-- [end:elbo]


# --8<-- [start:importance]
def importance_weighted_bound(
    model: VAE, x: Tensor, noise: Tensor, y: Tensor | None = None
) -> Tensor:
    """Return the mean over examples of log 1/S sum_s p(x, z_s) / q(z_s|x): a bound that grows with S to log p(x)."""
    if noise.ndim != 3 or tuple(noise.shape[1:]) != (len(x), model.config.latent):
        raise ValueError(
            f"importance_weighted_bound expected noise of shape (S, {len(x)}, {model.config.latent}), "
            f"got {tuple(noise.shape)}"
        )
    samples = len(noise)
    mean, log_variance = model.encode(x, y)  # (N, L) each
    z = mean + (0.5 * log_variance).exp() * noise  # (S, N, L)
    labels = None if y is None else y.repeat(samples)
    scores = model.scores(z.flatten(0, 1), labels)  # (S N, *shape)
    repeated = x.repeat(samples, *[1] * (x.ndim - 1))
    given_z = log_likelihood(scores, repeated, model.config.likelihood).reshape(samples, -1)
    ratio = 0.5 * (noise.square() + log_variance - z.square()).sum(2)  # (S, N)
    return (torch.logsumexp(given_z + ratio, 0) - math.log(samples)).mean()


# --8<-- [end:importance]


# --8<-- [start:use]
@torch.no_grad()
def sample(
    model: VAE, n: int, *, generator: torch.Generator, labels: Tensor | None = None
) -> Tensor:
    """Return what n codes drawn from the prior stand for."""
    like = model.mean.weight
    size = (n, model.config.latent)
    z = torch.randn(size, generator=generator, device=like.device, dtype=like.dtype)
    return model.decode(z, labels)


@torch.no_grad()
def reconstruct(model: VAE, x: Tensor, y: Tensor | None = None) -> Tensor:
    """Return what the means of examples' codes stand for."""
    return model.decode(model.encode(x, y)[0], y)


@torch.no_grad()
def interpolate(
    model: VAE, start: Tensor, end: Tensor, steps: int, y: int | None = None
) -> Tensor:
    """Return a way of examples from one to another, even in the code."""
    if steps < 2:
        raise ValueError(f"interpolate needs at least 2 steps, for both ends; got {steps}")

    def labels(n: int) -> Tensor | None:
        return None if y is None else torch.full((n,), y, device=start.device)

    codes = model.encode(torch.stack([start, end]), labels(2))[0]
    share = torch.linspace(0, 1, steps, device=codes.device, dtype=codes.dtype)[:, None]
    return model.decode((1 - share) * codes[0] + share * codes[1], labels(steps))


# --8<-- [end:use]
