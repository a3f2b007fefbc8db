"""Wasserstein GANs: penalty and clipping against cases with a known answer, steps, sizes, refusals."""

import numpy as np
import pytest

from book_code import optim
from book_code.autodiff import Tensor, grad
from book_code.models import registry
from book_code.models.wgan import (
    WGANConfig,
    WGANGPConfig,
    clip_weights,
    critic_loss,
    critic_step,
    generator_step,
    gradient_penalty,
    sample,
    wasserstein_estimate,
)

from .common import model


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_penalty_of_a_quadratic_critic_by_hand(rng):
    """f(x) = a |x|² / 2 has slope a |x|, so the penalty is the mean of (a |x-hat| - 1)², its gradient known too."""
    real, fake = rng.standard_normal((2, 6, 3))
    epsilon = rng.uniform(size=6)
    a = Tensor(np.array(0.7), requires_grad=True)
    penalty = gradient_penalty(lambda x: a * 0.5 * (x * x).sum(axis=1), real, fake, epsilon)
    between = epsilon[:, None] * real + (1 - epsilon[:, None]) * fake
    length = np.linalg.norm(between, axis=1)
    assert penalty.item() == pytest.approx(((0.7 * length - 1) ** 2).mean())
    (slope,) = grad(penalty, a)
    assert slope.item() == pytest.approx((2 * (0.7 * length - 1) * length).mean())


def test_a_slope_of_zero_has_a_penalty_and_a_gradient():
    a = Tensor(np.array(0.0), requires_grad=True)
    penalty = gradient_penalty(
        lambda x: a * x.sum(axis=1), np.zeros((2, 3)), np.ones((2, 3)), [0, 1]
    )
    assert penalty.item() == pytest.approx(1, abs=1e-5)
    assert np.isfinite(grad(penalty, a)[0].item())


def test_the_penalty_is_of_pictures_as_a_whole(rng):
    """The slope by all pixels at once: a critic that adds up 9 pixels has slope 3."""
    real, fake = rng.standard_normal((2, 4, 1, 3, 3))
    penalty = gradient_penalty(lambda x: x.sum(axis=(1, 2, 3)), real, fake, rng.uniform(size=4))
    assert penalty.item() == pytest.approx(4.0)


def test_the_loss_is_the_sum_of_its_parts(rng):
    net = model("wgan-gp-tiny")
    x, z, epsilon = (
        rng.standard_normal((6, 2)),
        rng.standard_normal((6, 3)),
        rng.uniform(size=6),
    )
    fake = net(z).data
    expected = (
        net.critic(fake).mean() - net.critic(x).mean()
        + 2.0 * gradient_penalty(net.critic, x, fake, epsilon)
    )  # fmt: skip
    assert critic_loss(net, x, z, epsilon).item() == pytest.approx(expected.item())
    distance = net.critic(x).mean().item() - net.critic(fake).mean().item()
    assert wasserstein_estimate(net, x, z) == pytest.approx(distance)


@pytest.mark.parametrize("name", ["wgan-tiny", "wgan-gp-tiny"])
def test_a_step_changes_its_own_player_only(name, rng):
    net = model(name, np.float32)
    x, z = (rng.standard_normal((6, n)).astype(np.float32) for n in (2, 3))
    epsilon = rng.uniform(size=6).astype(np.float32)
    first, second = (optim.RMSProp(p.parameters(), 1e-3) for p in (net.critic, net.generator))
    for key, step in (
        ("critic", lambda: critic_step(net, first, x, z, epsilon)),
        ("generator", lambda: generator_step(net, second, z)),
    ):
        before = {k: p.data for k, p in net.named_parameters()}
        assert np.isfinite(step())
        changed = {
            k for k, p in net.named_parameters() if not np.array_equal(p.data, before[k])
        }
        own = {k for k in before if k.startswith(key)}
        # a bias drops out where its unit is active for all examples
        assert {k for k in own if k.endswith("weight")} <= changed <= own


@pytest.mark.parametrize("name", ["wgan-tiny", "wgan-gp-tiny"])
def test_the_critics_loss_does_not_reach_the_generator(name, rng):
    net = model(name)
    critic_loss(
        net, rng.standard_normal((6, 2)), rng.standard_normal((6, 3)), rng.random(6)
    ).backward()
    assert all(p.grad is None for p in net.generator.parameters())


def test_clipping_keeps_the_critic_and_only_it_small(rng):
    net = registry.build("wgan-tiny", rng=rng, clip=0.1)
    largest = max(np.abs(p.data).max() for p in net.critic.parameters())
    assert largest == np.float32(0.1)  # from the start
    optimizer = optim.SGD(net.critic.parameters(), lr=100.0)
    critic_step(net, optimizer, np.ones((4, 2), np.float32), np.zeros((4, 3), np.float32))
    assert max(np.abs(p.data).max() for p in net.critic.parameters()) == np.float32(0.1)
    assert max(np.abs(p.data).max() for p in net.generator.parameters()) > 0.1
    clip_weights(net.critic, 0.02)
    assert max(np.abs(p.data).max() for p in net.critic.parameters()) == np.float32(0.02)


def test_the_critic_of_the_penalty_scores_each_picture_by_itself(rng):
    settings = {"shape": (1, 8, 8), "critic": (3, 4), "generator": (3,)}
    x = rng.standard_normal((5, 1, 8, 8))
    for name, alone in (("wgan-gp-tiny", True), ("wgan-tiny", False)):  # WGAN's has batch norm
        critic = model(name, **settings).critic
        assert np.allclose(critic(x).data[:2], critic(x[:2]).data) == alone


def test_the_trained_critic_measures_the_distance():
    """Data at one place, made-up ones at another: the Wasserstein distance is how far apart they are."""
    rng = np.random.default_rng(1)
    net = model("wgan-gp-tiny", np.float32, critic=(32, 32), penalty=10.0)
    for p in net.generator.parameters():
        p.data = np.zeros_like(p.data)  # everything is made at the origin
    optimizer = optim.Adam(net.critic.parameters(), 0.005, (0.5, 0.9))
    x, z = np.tile(np.float32([0.6, 0.8]), (32, 1)), np.zeros((32, 3), np.float32)
    for _ in range(200):
        critic_step(net, optimizer, x, z, rng.random(32).astype(np.float32))
    # the best critic has slope 1 + distance / (2 lambda) along the way
    assert wasserstein_estimate(net, x, z) == pytest.approx(1.05, abs=0.03)


def test_samples_repeat():
    net = model("wgan-gp-tiny", np.float32)
    one, other = (sample(net, 5, rng=np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, other)
    assert one.shape == (5, 2)


def test_what_does_not_fit_is_explained(rng):
    net = model("wgan-gp-tiny")
    x, z = rng.standard_normal((4, 2)), rng.standard_normal((4, 3))
    with pytest.raises(ValueError, match=r"needs epsilon: rng\.uniform\(size=len\(x\)\)"):
        critic_loss(net, x, z)
    with pytest.raises(ValueError, match=r"epsilon of shape \(4,\), .* got \(4, 1\)"):
        critic_loss(net, x, z, rng.uniform(size=(4, 1)))
    with pytest.raises(ValueError, match=r"noise of shape \(N, 3\), got \(4, 2\)"):
        net(x)
    with pytest.raises(ValueError, match=r"examples of shape \(N, 2\), got \(4, 3\)"):
        net.critic(z)
    with pytest.raises(
        ValueError, match=r"\(D,\) for points or \(C, H, W\) for pictures; got \(2, 2\)"
    ):
        WGANConfig(shape=(2, 2))
    with pytest.raises(ValueError, match=r"critic halves the sides 2 times.* got \(1, 6, 6\)"):
        WGANGPConfig(shape=(1, 6, 6), generator=(3,), critic=(3, 4))
    with pytest.raises(ValueError, match=r"squares .* got \(1, 4, 8\)"):
        WGANGPConfig(shape=(1, 4, 8), generator=(3,), critic=(3,))
    with pytest.raises(ValueError, match="clip must be above 0"):
        WGANConfig(clip=0.0)


def test_a_penalty_needs_pairs_where_one_example_would_broadcast():
    with pytest.raises(ValueError, match="a made-up example for each real one"):
        gradient_penalty(
            lambda x: x.sum(axis=1), np.zeros((3, 2)), np.ones((1, 2)), np.zeros(3)
        )
