"""Conditional GANs: the sizes of the paper, what a label changes, refusals."""

import numpy as np
import pytest

from book_code import optim
from book_code.models.conditional_gan import (
    ConditionalGAN,
    ConditionalGANConfig,
    discriminator_step,
    generator_step,
    sample,
)

from .common import model


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def count(net):
    return sum(p.size for p in net.parameters())


def dense(inputs, outputs):
    return inputs * outputs + outputs


def test_the_sizes_are_those_of_section_4_1():
    net = ConditionalGAN(rng=np.random.default_rng(0))
    # noise to 200, label to 1000, both to 1200, then 784
    by_hand = dense(100, 200) + dense(10, 1000) + dense(1200, 1200) + dense(1200, 784)
    assert count(net.generator) == by_hand == 2_413_984
    # picture to 240 of 5 pieces, label to 50 of 5, both to 240 of 4, then one
    by_hand = dense(784, 240 * 5) + dense(10, 50 * 5) + dense(290, 240 * 4) + dense(240, 1)
    assert count(net.discriminator) == by_hand == 1_224_351
    x = net(np.zeros((2, 100), np.float32), np.array([3, 7]))
    assert x.shape == (2, 1, 28, 28)
    assert net.discriminator(x, np.array([3, 7])).shape == (2,)


@pytest.mark.parametrize("conditioning", ["concatenate", "projection"])
def test_the_label_counts_for_both_players(conditioning, rng):
    net = model("conditional-gan-tiny", conditioning=conditioning)
    z, x = rng.standard_normal((1, 3)), rng.standard_normal((1, 2))
    labels = [np.array([k]) for k in range(3)]
    assert len({net(z, y).data.tobytes() for y in labels}) == 3
    assert len({net.discriminator(x, y).item() for y in labels}) == 3


def test_the_generator_by_hand(rng):
    """Section 4.1: noise and label each through rectifiers, then joined."""
    net = model("conditional-gan-tiny").generator
    z, y = rng.standard_normal((4, 3)), np.array([0, 2, 1, 2])

    def layer(linear, x):
        return x @ linear.weight.data.T + linear.bias.data

    joined = np.concatenate([layer(net.noise, z), layer(net.label, np.eye(3)[y])], axis=1)
    hidden = np.maximum(layer(net.main[0], np.maximum(joined, 0)), 0)
    np.testing.assert_allclose(net(z, y).data, layer(net.main[2], hidden), rtol=1e-9)


def test_projection_is_equation_3(rng):
    """The difference between two labels is the difference of their vectors along the features, and nothing else."""
    net = model("conditional-gan-tiny", conditioning="projection").discriminator
    x = rng.standard_normal((4, 2))
    phi = net.example(x)
    for layer in net.main.layers[:-1]:
        phi = layer(phi)
    one, other = np.array([0, 1, 2, 0]), np.array([1, 1, 0, 2])
    v = net.embed.weight.data
    expected = ((v[one] - v[other]) * phi.data).sum(axis=1)
    found = net(x, one).data - net(x, other).data
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    psi = net.main[-1](phi).data[:, 0]
    np.testing.assert_allclose(net(x, one).data, psi + (v[one] * phi.data).sum(axis=1))


@pytest.mark.parametrize("conditioning", ["concatenate", "projection"])
def test_the_classes_asked_for_are_learned(conditioning):
    """Three classes at three places: in the end each is made where it belongs."""
    places = np.array([[-2.0, 0.0], [2.0, 0.0], [0.0, 2.0]], np.float32)
    rng = np.random.default_rng(0)
    net = model(
        "conditional-gan-tiny", np.float32, conditioning=conditioning, pieces=None,
        generator_noise=16, generator_label=16, generator=(32,),
        discriminator_example=32, discriminator_label=16, discriminator=(32,),
    )  # fmt: skip
    mine, other = (
        optim.Adam(p.parameters(), 0.003, (0.5, 0.999))
        for p in (net.discriminator, net.generator)
    )
    for _ in range(250):
        y = rng.integers(3, size=48)
        x = places[y] + 0.3 * rng.standard_normal((48, 2)).astype(np.float32)
        z = rng.standard_normal((48, 3)).astype(np.float32)
        discriminator_step(net, mine, x, y, z)
        generator_step(net, other, y, z)
    y = np.repeat(np.arange(3), 100)
    made = sample(net, y, rng=rng)
    nearest = np.linalg.norm(made[:, None] - places, axis=2).argmin(axis=1)
    assert (nearest == y).mean() > 0.9


def test_samples_repeat():
    net, y = model("conditional-gan-tiny", np.float32), np.array([0, 2])
    one, other = (sample(net, y, rng=np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, other)
    assert one.dtype == np.float32


def test_what_does_not_fit_is_explained():
    net, z = model("conditional-gan-tiny"), np.zeros((2, 3))
    with pytest.raises(TypeError, match="whole numbers as labels, got float64"):
        net(z, np.zeros(2))
    with pytest.raises(ValueError, match=r"labels of shape \(2,\), one an example, got \(3,\)"):
        net(z, np.zeros(3, int))
    with pytest.raises(ValueError, match="labels from 0 to 2, got 0 to 3"):
        net(z, np.array([0, 3]))
    with pytest.raises(ValueError, match="labels from 0 to 2, got -1 to 0"):
        net.discriminator(np.zeros((2, 2)), np.array([0, -1]))
    with pytest.raises(ValueError, match=r"noise of shape \(N, 3\), got \(2, 4\)"):
        net(np.zeros((2, 4)), np.array([0, 1]))
    with pytest.raises(ValueError, match=r"examples of shape \(N, 2\), got \(2, 5\)"):
        net.discriminator(np.zeros((2, 5)), np.array([0, 1]))
    with pytest.raises(ValueError, match="classes must be at least 2; got 1"):
        ConditionalGANConfig(classes=1)
    with pytest.raises(ValueError, match=r"such as \(2,\); got \(\)"):
        ConditionalGANConfig(shape=())
