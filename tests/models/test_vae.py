"""Variational autoencoders: sizes, and bounds where the likelihood is known exactly."""

import numpy as np
import pytest

from book_code import optim
from book_code.autodiff import Tensor
from book_code.models import registry
from book_code.models.vae import (
    VAE,
    VAEConfig,
    elbo,
    elbo_terms,
    importance_weighted_bound,
    interpolate,
    log_likelihood,
    negative_elbo,
    reconstruct,
    sample,
)

from .common import model

LINEAR = VAEConfig(shape=(3,), hidden=(), latent=2, likelihood="gaussian")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def dense(inputs, outputs):
    return inputs * outputs + outputs


def test_the_layers_are_those_of_the_table():
    net = registry.build("vae", rng=np.random.default_rng(0))
    by_hand = dense(784, 500) + 2 * dense(500, 20) + dense(20, 500) + dense(500, 784)
    assert sum(p.size for p in net.parameters()) == by_hand == 815_824
    output = net(np.zeros((2, 1, 28, 28), np.float32), np.zeros((2, 20), np.float32))
    shapes = [part.shape for part in output]
    assert shapes == [(2, 1, 28, 28), (2, 20), (2, 20)]


def linear_model(rng):
    """Return a model whose likelihood is known: x = W z + b + noise, so x is normal with W Wᵀ + 1.

    Its q(z|x) has variance 1, wider than the posterior: weights p / q stay bounded.
    """
    net = VAE(LINEAR, rng=rng).astype("float64")
    net.decoder[0].weight.data = rng.standard_normal((3, 2))
    net.decoder[0].bias.data = rng.standard_normal(3)
    net.log_variance.weight.data, net.log_variance.bias.data = np.zeros((2, 3)), np.zeros(2)
    return net, net.decoder[0].weight.data, net.decoder[0].bias.data


def log_normal(x, mean, covariance):
    d = x - mean
    quadratic = np.einsum("ni,ij,nj->n", d, np.linalg.inv(covariance), d)
    size = np.linalg.slogdet(2 * np.pi * covariance)[1]
    return -0.5 * (quadratic + size)


def test_with_the_true_posterior_the_bound_is_the_likelihood(rng):
    """One latent number: the encoder can hold the posterior exactly, and nothing is lost whatever the noise."""
    net = VAE(VAEConfig(shape=(3,), hidden=(), latent=1, likelihood="gaussian"), rng=rng)
    net.astype("float64")
    w, b = rng.standard_normal((3, 1)), rng.standard_normal(3)
    net.decoder[0].weight.data, net.decoder[0].bias.data = w, b
    precision = 1 + w.T @ w  # of z given x
    net.mean.weight.data = w.T / precision
    net.mean.bias.data = -(w.T @ b / precision).reshape(1)
    net.log_variance.weight.data = np.zeros((1, 3))
    net.log_variance.bias.data = -np.log(precision).reshape(1)
    x = rng.standard_normal((5, 3))
    exact = log_normal(x, b, w @ w.T + np.eye(3))
    for samples in (1, 3):  # each weight p(x, z) / q(z|x) is p(x)
        noise = rng.standard_normal((samples, 5, 1))
        bound = importance_weighted_bound(net, x, noise).item()
        assert bound == pytest.approx(exact.mean(), rel=1e-12)
    # the bound with the divergence in closed form has the same mean over the noise
    bounds = [elbo(net, x, rng.standard_normal((5, 1))).item() for _ in range(3000)]
    assert np.mean(bounds) == pytest.approx(exact.mean(), abs=0.03)


def test_the_bound_by_importance_grows_to_the_likelihood(rng):
    net, w, b = linear_model(rng)
    x = rng.standard_normal((6, 3)) + b
    exact = log_normal(x, b, w @ w.T + np.eye(3)).mean()
    means, draws = [], 4000
    for samples in (1, 4, 32):
        many = np.concatenate([x] * (draws // samples))
        noise = rng.standard_normal((samples, len(many), 2))
        means.append(importance_weighted_bound(net, many, noise).item())
    assert means[0] < means[1] - 0.05 < means[2] - 0.1 < exact
    noise = rng.standard_normal((20_000, 6, 2))
    assert importance_weighted_bound(net, x, noise).item() == pytest.approx(exact, abs=0.05)


def test_with_one_sample_it_is_the_elbo_on_average(rng):
    net = model("vae-tiny")
    x = np.tile(rng.integers(2, size=(1, 1, 3, 3)), (20_000, 1, 1, 1)).astype(float)
    noise = rng.standard_normal((1, len(x), 3))
    one = importance_weighted_bound(net, x, noise).item()
    assert one == pytest.approx(elbo(net, x, noise[0]).item(), abs=0.03)


def test_the_divergence_is_that_of_monte_carlo(rng):
    net = model("vae-tiny")
    x = rng.integers(2, size=(1, 1, 3, 3)).astype(float)
    mean, log_variance = (part.data[0] for part in net.encode(x))
    std = np.exp(log_variance / 2)
    z = mean + std * rng.standard_normal((200_000, 3))
    q = -0.5 * (((z - mean) / std) ** 2).sum(axis=1) - np.log(std).sum()
    p = -0.5 * (z**2).sum(axis=1)
    _, divergence = elbo_terms(net, x, np.zeros((1, 3)))
    assert divergence.item() == pytest.approx((q - p).mean(), abs=0.01)


def test_the_likelihood_by_hand(rng):
    scores, x = rng.standard_normal((4, 1, 2, 2)), rng.random((4, 1, 2, 2))
    p = 1 / (1 + np.exp(-scores))
    nats = (x * np.log(p) + (1 - x) * np.log(1 - p)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(log_likelihood(Tensor(scores), x, "bernoulli").data, nats)
    normal = (-0.5 * (x - scores) ** 2 - 0.5 * np.log(2 * np.pi)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(log_likelihood(Tensor(scores), x, "gaussian").data, normal)


def test_beta_weighs_the_divergence(rng):
    x, noise = rng.integers(2, size=(4, 1, 3, 3)).astype(float), rng.standard_normal((4, 3))
    expected, divergence = (part.item() for part in elbo_terms(model("vae-tiny"), x, noise))
    for beta in (0.0, 1.0, 4.0):
        bound = elbo(model("vae-tiny", beta=beta), x, noise).item()
        assert bound == pytest.approx(expected - beta * divergence)


def fitted(net, x, steps, rng, y=None):
    optimizer = optim.Adam(net.parameters(), lr=0.02)
    for step in range(steps):
        optimizer.lr = 0.02 * (1 - step / steps)
        noise = rng.standard_normal((len(x), net.config.latent)).astype(np.float32)
        loss = negative_elbo(net, x, noise, y)
        net.zero_grad()
        loss.backward()
        optimizer.step()
    return net


def test_a_larger_beta_leaves_less_in_the_code(rng):
    x = rng.integers(2, size=(32, 1, 3, 3)).astype(np.float32)
    divergences = []
    for beta in (0.2, 1.0, 8.0):
        net = registry.build("vae-tiny", rng=np.random.default_rng(1), beta=beta, hidden=(32,))
        fitted(net, x, 150, np.random.default_rng(2))
        divergences.append(elbo_terms(net, x, np.zeros((32, 3), np.float32))[1].item())
    assert divergences[0] > 3 > 2 * divergences[1] > 1
    assert divergences[2] < 0.1


def test_the_label_says_what_to_draw(rng):
    """Two classes, two pictures: after training the label alone decides, whatever the code."""
    pictures = rng.integers(2, size=(2, 1, 3, 3)).astype(np.float32)
    pictures[1] = 1 - pictures[0]
    y = np.arange(20) % 2
    net = registry.build("conditional-vae-tiny", rng=np.random.default_rng(1))
    fitted(net, pictures[y], 150, np.random.default_rng(2), y)
    drawn = sample(net, 20, rng=rng, labels=y)
    assert np.abs(drawn - pictures[y]).mean() < 0.05
    assert net(pictures[y], None, y).mean.shape == (20, 3)


def test_without_noise_the_code_is_its_mean(rng):
    net = model("vae-tiny")
    x = rng.integers(2, size=(4, 1, 3, 3)).astype(float)
    plain, zero = net(x), net(x, np.zeros((4, 3)))
    np.testing.assert_array_equal(plain.scores.data, zero.scores.data)
    np.testing.assert_allclose(reconstruct(net, x), 1 / (1 + np.exp(-plain.scores.data)))


def test_the_way_between_two_examples_begins_and_ends_at_them(rng):
    net = model("conditional-vae-tiny")
    x = rng.integers(2, size=(2, 1, 3, 3)).astype(float)
    way = interpolate(net, x[0], x[1], 7, y=1)
    assert way.shape == (7, 1, 3, 3)
    np.testing.assert_allclose(way[[0, -1]], reconstruct(net, x, np.array([1, 1])))
    codes = net.encode(x, np.array([1, 1]))[0].data
    middle = net.decode(codes.mean(axis=0, keepdims=True), np.array([1])).data
    np.testing.assert_allclose(way[3], middle[0])


def test_samples_repeat_and_are_like_what_was_asked(rng):
    net = model("vae-tiny", np.float32)
    one, other = (sample(net, 4, rng=np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, other)
    assert (one.dtype, one.shape) == (np.float32, (4, 1, 3, 3))
    assert 0 < one.min() < one.max() < 1
    wide = sample(model("vae-tiny", likelihood="gaussian"), 50, rng=rng)
    assert wide.min() < 0


def test_what_does_not_fit_is_explained():
    net, x = model("vae-tiny"), np.zeros((2, 1, 3, 3))
    told = model("conditional-vae-tiny")
    with pytest.raises(
        ValueError, match=r"examples of shape \(N, 1, 3, 3\), got \(2, 9\); reshape"
    ):
        net(np.zeros((2, 9)))
    with pytest.raises(ValueError, match=r"noise of shape \(N, 3\), got \(2, 4\)"):
        net(x, np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"codes of shape \(N, 3\), got \(2, 2\)"):
        net.decode(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="has no classes: build it with classes=K"):
        net(x, None, np.array([0, 1]))
    with pytest.raises(ValueError, match="has 2 classes and needs a label an example"):
        told(x)
    with pytest.raises(ValueError, match="labels from 0 to 1, got 0 to 2"):
        told(x, None, np.array([0, 2]))
    with pytest.raises(ValueError, match=r"labels of shape \(2,\), one an example, got \(1,\)"):
        told(x, None, np.array([0]))
    with pytest.raises(TypeError, match="whole numbers as labels, got float64"):
        told(x, None, np.zeros(2))
    with pytest.raises(ValueError, match=r"noise of shape \(S, 2, 3\), got \(2, 3\)"):
        importance_weighted_bound(net, x, np.zeros((2, 3)))
    with pytest.raises(ValueError, match="at least 2 steps, for both ends; got 1"):
        interpolate(net, x[0], x[1], 1)
    with pytest.raises(ValueError, match=r"such as \(784,\); got \(\)"):
        VAEConfig(shape=())
