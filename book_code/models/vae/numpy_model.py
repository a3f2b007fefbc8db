"""VAE: Kingma and Welling (2013), "Auto-encoding variational Bayes", arXiv:1312.6114.

beta-VAE: Higgins et al. (2017), ICLR. Conditional: Sohn, Lee and Yan (2015), NeurIPS. The bound by importance:
Burda, Grosse and Salakhutdinov (2015), arXiv:1509.00519.

    code            paper          shape
    x               x              (N, *shape)    examples
    noise           epsilon        (N, latent)    standard normal; (S, N, latent) for S samples
    mean            mu             (N, latent)    of q(z|x)
    log_variance    log sigma²     (N, latent)    of q(z|x)
    z               z              (N, latent)    mu + sigma epsilon
    scores          -              (N, *shape)    logits of the pixels, or their means
    y               y              (N,)           labels, where the model has classes

Layers for MNIST (appendix C: one hidden layer of 500 tanh units; 20 numbers of code):

    encoder         784 -> 500                    392,500
    mean, log_variance   500 -> 20, twice          20,040
    decoder         20 -> 500 -> 784              403,284
                                                  815,824

Deviations from the papers: labels come in one-hot beside pixels and code (Sohn and others also learn a prior for each
label); with likelihood="gaussian" the variance is 1 and not learned.
"""

import math
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from ... import losses
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ...nn import Linear, Module, ReLU, Softplus, Tanh
from ..autoencoder.config import check_shape
from .config import VAEConfig, check_labels

ACTIVATIONS: dict[str, type[Module]] = {"tanh": Tanh, "relu": ReLU, "softplus": Softplus}


class VAEOutput(NamedTuple):
    """What the model says of examples: scores of the pixels, and the distributions of their codes."""

    scores: Any  # (N, *shape)
    mean: Any  # (N, latent)
    log_variance: Any  # (N, latent)


# --8<-- [start:model]
class VAE(Module):
    """An encoder to distributions of codes, and a decoder from codes to distributions of examples.

    Shape:
        x (N, 1, 28, 28), noise (N, 20) -> scores (N, 1, 28, 28), mean and log_variance (N, 20), with the standard
        configuration.

    >>> model = VAE(VAEConfig.tiny(), rng=np.random.default_rng(0))
    >>> output = model(np.zeros((5, 1, 3, 3), np.float32), np.zeros((5, 3), np.float32))
    >>> output.scores.shape, output.mean.shape
    ((5, 1, 3, 3), (5, 3))
    """

    def __init__(self, config: VAEConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or VAEConfig()
        labels = config.classes or 0
        down = (config.features + labels, *config.hidden)
        up = (config.latent + labels, *config.hidden[::-1], config.features)
        self.config = config
        self.encoder = [Linear(a, b, rng=rng) for a, b in pairwise(down)]
        self.mean = Linear(down[-1], config.latent, rng=rng)
        self.log_variance = Linear(down[-1], config.latent, rng=rng)
        self.decoder = [Linear(a, b, rng=rng) for a, b in pairwise(up)]
        self.act = ACTIVATIONS[config.activation]()

    # --8<-- [start:forward]
    def encode(self, x: Any, y: Any = None) -> tuple[Tensor, Tensor]:  # (N, 1, 28, 28), (N,)
        """Return mean and logarithm of the variance of the codes of examples: q(z|x)."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        check_shape("VAE", "examples", x, self.config.shape)
        h = self.labelled(x.reshape(len(x), -1), y)  # (N, 784)
        for layer in self.encoder:
            h = self.act(layer(h))  # (N, 500)
        return self.mean(h), self.log_variance(h)  # (N, 20) each

    def scores(self, z: Any, y: Any = None) -> Tensor:  # (N, 20), (N,)
        """Return what p(x|z) is made from: logits of the pixels, or their means."""
        z = z if isinstance(z, Tensor) else Tensor(z)
        check_shape("VAE", "codes", z, (self.config.latent,))
        h = self.labelled(z, y)  # (N, 20)
        for layer in self.decoder[:-1]:
            h = self.act(layer(h))  # (N, 500)
        return self.decoder[-1](h).reshape(-1, *self.config.shape)  # (N, 1, 28, 28)

    def decode(self, z: Any, y: Any = None) -> Tensor:  # (N, 20), (N,)
        """Return the mean of p(x|z): the examples that codes stand for."""
        scores = self.scores(z, y)  # (N, 1, 28, 28)
        return F.sigmoid(scores) if self.config.likelihood == "bernoulli" else scores

    def forward(self, x: Any, noise: Any = None, y: Any = None) -> VAEOutput:
        """Return scores of reconstructions and the codes' distributions; without noise the code is its mean."""
        mean, log_variance = self.encode(x, y)  # (N, 20) each
        z = mean if noise is None else reparametrize(mean, log_variance, noise)  # (N, 20)
        return VAEOutput(self.scores(z, y), mean, log_variance)  # (N, 1, 28, 28)

    # --8<-- [end:forward]

    def labelled(self, h: Tensor, y: Any) -> Tensor:
        """Return the inputs with the labels, one-hot, behind them, where the model has classes."""
        y = None if y is None else np.asarray(y)
        check_labels("VAE", y, len(h), self.config.classes)
        if self.config.classes is None:
            return h
        return F.concatenate([h, F.one_hot(y, self.config.classes, h.dtype)], axis=1)


# --8<-- [end:model]


# --8<-- [start:elbo]
def reparametrize(mean: Tensor, log_variance: Tensor, noise: Any) -> Tensor:
    """Return codes z = mu + sigma epsilon: random, and yet mu and sigma have gradients."""
    noise = np.asarray(noise)
    check_shape("VAE", "noise", noise, mean.shape[1:])
    return mean + F.exp(0.5 * log_variance) * noise


def log_likelihood(scores: Tensor, x: Any, likelihood: str) -> Tensor:
    """Return log p(x|z) of every example, summed over its pixels.

    Shape:
        scores, x (N, *shape) -> (N,)
    """
    x = np.asarray(x)
    if likelihood == "bernoulli":
        pixels = x * scores - F.softplus(scores)  # x log p + (1 - x) log(1 - p)
    else:
        pixels = -0.5 * (x - scores) ** 2 - 0.5 * math.log(2 * math.pi)
    return pixels.reshape(len(scores), -1).sum(axis=1)


def elbo_terms(model: VAE, x: Any, noise: Any, y: Any = None) -> tuple[Tensor, Tensor]:
    """Return the two terms of the bound, in nats an example: E log p(x|z), by one sample of z, and KL(q(z|x) || p(z))."""
    output = model(x, noise, y)
    expected = log_likelihood(output.scores, x, model.config.likelihood).mean()
    return expected, losses.kl_standard_normal(output.mean, output.log_variance)


def elbo(model: VAE, x: Any, noise: Any, y: Any = None) -> Tensor:
    """Return the evidence lower bound (equation 10), the mean over examples; with beta its second term counts so often."""
    expected, divergence = elbo_terms(model, x, noise, y)
    return expected - model.config.beta * divergence


def negative_elbo(model: VAE, x: Any, noise: Any, y: Any = None) -> Tensor:
    """Return what is minimized: minus the bound."""
    return -elbo(model, x, noise, y)


# --8<-- [end:elbo]


# --8<-- [start:importance]
def importance_weighted_bound(model: VAE, x: Any, noise: Any, y: Any = None) -> Tensor:
    """Return the mean over examples of log 1/S sum_s p(x, z_s) / q(z_s|x): a bound that grows with S to log p(x).

    Args:
        model: the model; its beta plays no part.
        x: examples, (N, *shape).
        noise: standard normal, (S, N, latent).
        y: labels, where the model has classes.
    """
    x, noise = np.asarray(x), np.asarray(noise)
    if noise.ndim != 3 or noise.shape[1:] != (len(x), model.config.latent):
        raise ValueError(
            f"importance_weighted_bound expected noise of shape (S, {len(x)}, {model.config.latent}), "
            f"got {noise.shape}"
        )
    samples = len(noise)
    mean, log_variance = model.encode(x, y)  # (N, L) each
    z = mean + F.exp(0.5 * log_variance) * noise  # (S, N, L)
    labels = None if y is None else np.tile(np.asarray(y), samples)
    scores = model.scores(z.reshape(-1, z.shape[2]), labels)  # (S N, *shape)
    repeated = np.tile(x, (samples, *[1] * (x.ndim - 1)))
    given_z = log_likelihood(scores, repeated, model.config.likelihood).reshape(samples, -1)
    # log p(z) - log q(z|x); the constants of both are the same
    ratio = 0.5 * (noise**2 + log_variance - z**2).sum(axis=2)  # (S, N)
    return (F.logsumexp(given_z + ratio, axis=0) - math.log(samples)).mean()


# --8<-- [end:importance]


# --8<-- [start:use]
def sample(model: VAE, n: int, *, rng: np.random.Generator, labels: Any = None) -> np.ndarray:
    """Return what n codes drawn from the prior stand for.

    >>> model = VAE(VAEConfig.tiny(), rng=np.random.default_rng(0))
    >>> sample(model, 4, rng=np.random.default_rng(1)).shape
    (4, 1, 3, 3)
    """
    z = rng.standard_normal((n, model.config.latent)).astype(model.mean.weight.dtype)
    with no_grad():
        return model.decode(z, labels).numpy()


def reconstruct(model: VAE, x: Any, y: Any = None) -> np.ndarray:
    """Return what the means of examples' codes stand for."""
    with no_grad():
        return model.decode(model.encode(x, y)[0], y).numpy()


def interpolate(model: VAE, start: Any, end: Any, steps: int, y: Any = None) -> np.ndarray:
    """Return a way of examples from one to another, even in the code.

    Args:
        model: the model.
        start: one example, of the shape `config.shape`.
        end: another.
        steps: how many examples, both ends included.
        y: one label for all, where the model has classes.

    >>> model = VAE(VAEConfig.tiny(), rng=np.random.default_rng(0))
    >>> interpolate(model, np.zeros((1, 3, 3), np.float32), np.ones((1, 3, 3), np.float32), 5).shape
    (5, 1, 3, 3)
    """
    if steps < 2:
        raise ValueError(f"interpolate needs at least 2 steps, for both ends; got {steps}")
    ends = np.stack([np.asarray(start), np.asarray(end)])
    with no_grad():
        codes = model.encode(ends, None if y is None else np.full(2, y))[0].numpy()
        share = np.linspace(0, 1, steps, dtype=codes.dtype)[:, None]
        way = (1 - share) * codes[0] + share * codes[1]
        return model.decode(way, None if y is None else np.full(steps, y)).numpy()


# --8<-- [end:use]
