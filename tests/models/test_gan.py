"""Generative adversarial nets: sizes, what each player's step changes, refusals."""

import numpy as np
import pytest

from book_code import optim
from book_code.autodiff import Tensor, grad
from book_code.models import registry
from book_code.models.gan import (
    GANConfig,
    discriminator_loss,
    discriminator_step,
    generator_loss,
    generator_step,
    sample,
)
from book_code.models.gan.numpy_blocks import Maxout

from .common import model


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_layers_are_those_of_the_authors_code():
    """mnist.yaml: 1200 and 1200 rectifiers, a sigmoid of 784; 240 and 240 maxout units of 5 pieces, one output."""
    net = registry.build("gan-mnist", rng=np.random.default_rng(0))
    shapes = [p.shape for name, p in net.named_parameters() if name.endswith("weight")]
    assert shapes == [
        (1200, 100), (1200, 1200), (784, 1200),
        (240 * 5, 784), (240 * 5, 240), (1, 240),
    ]  # fmt: skip
    x = net(np.zeros((2, 100), np.float32))
    assert x.shape == (2, 1, 28, 28)
    assert 0 < x.data.min() <= x.data.max() < 1
    assert net.discriminator(x).shape == (2,)


def test_a_maxout_unit_is_the_largest_of_its_pieces(rng):
    layer = Maxout(3, 2, 4, rng=rng)
    x = rng.standard_normal((5, 3)).astype(np.float32)
    pieces = x @ layer.linear.weight.data.T + layer.linear.bias.data
    expected = np.stack([pieces[:, :4].max(axis=1), pieces[:, 4:].max(axis=1)], axis=1)
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-6)


@pytest.mark.parametrize("name", ["gan-tiny", "dcgan-tiny"])
def test_a_step_changes_its_own_player_only(name, rng):
    net = model(name, np.float32)
    x = rng.standard_normal((6, *net.config.shape)).astype(np.float32)
    z = rng.standard_normal((6, net.config.latent)).astype(np.float32)
    players = {"discriminator": net.discriminator, "generator": net.generator}
    optimizers = {key: optim.Adam(p.parameters(), lr=0.01) for key, p in players.items()}
    for key, step in (
        ("discriminator", lambda: discriminator_step(net, optimizers["discriminator"], x, z)),
        ("generator", lambda: generator_step(net, optimizers["generator"], z)),
    ):
        before = {k: p.data for k, p in net.named_parameters()}
        value = step()
        changed = {
            k for k, p in net.named_parameters() if not np.array_equal(p.data, before[k])
        }
        assert changed == {k for k in before if k.startswith(key)}
        again = (
            discriminator_loss(net, x, z) if key == "discriminator" else generator_loss(net, z)
        )
        assert again.item() < value


def test_the_discriminators_gradient_forgets_what_the_generators_step_left(rng):
    net = model("gan-tiny")
    x, z = rng.standard_normal((6, 2)), rng.standard_normal((6, 3))
    mine = optim.SGD(net.discriminator.parameters(), lr=0.0)
    discriminator_step(net, mine, x, z)
    assert all(p.grad is None for p in net.generator.parameters())  # nothing goes through to it
    alone = [p.grad.data.copy() for p in mine.params]
    generator_step(net, optim.SGD(net.generator.parameters(), lr=0.0), z)
    discriminator_step(net, mine, x, z)
    for p, g in zip(mine.params, alone, strict=True):
        np.testing.assert_array_equal(p.grad.data, g)


def test_minimax_is_a_zero_sum_game(rng):
    """What the generator minimizes is what the discriminator wants: equal slopes of opposite sign."""
    net = model("gan-tiny", loss="minimax")
    x, z = rng.standard_normal((6, 2)), rng.standard_normal((6, 3))
    theirs = grad(generator_loss(net, z), net.discriminator.parameters())
    total = grad(discriminator_loss(net, x, z), net.discriminator.parameters())
    real = grad(
        (-(net.discriminator(x).sigmoid().log())).mean(), net.discriminator.parameters()
    )
    for a, b, c in zip(theirs, total, real, strict=True):
        np.testing.assert_allclose(b.data, c.data - a.data, atol=1e-12)


def test_samples_repeat_and_are_recorded_nowhere(rng):
    net = model("gan-tiny", np.float32)
    one, other = (sample(net, 5, rng=np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, other)
    assert (one.shape, one.dtype) == ((5, 2), np.float32)
    assert not np.allclose(one, sample(net, 5, rng=np.random.default_rng(4)))


def test_what_does_not_fit_is_explained():
    net = model("gan-tiny")
    with pytest.raises(ValueError, match=r"noise of shape \(N, 3\), got \(5, 2\)"):
        net(np.zeros((5, 2)))
    with pytest.raises(ValueError, match=r"got \(3,\); draw it with rng\.standard_normal"):
        net(np.zeros(3))
    with pytest.raises(ValueError, match=r"examples of shape \(N, 2\), got \(4, 3\)"):
        net.discriminator(Tensor(np.zeros((4, 3))))
    wide = model("gan-tiny", shape=(1, 2, 2)).discriminator
    with pytest.raises(
        ValueError, match=r"got \(3, 4\); reshape them: x\.reshape\(-1, 1, 2, 2\)"
    ):
        wide(np.zeros((3, 4)))
    with pytest.raises(ValueError, match=r"shape of an example, such as \(2,\); got \(\)"):
        GANConfig(shape=())
