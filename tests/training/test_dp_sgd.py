"""DP-SGD: published budgets, the divergence by integration, and plain SGD where nothing is cut or hidden."""

import math

import numpy as np
import pytest

import book_code as bc
from book_code import data, nn, optim
from book_code.autodiff import grad
from book_code.losses import cross_entropy
from book_code.training.dp_sgd import fit_private, per_example_gradients, privatize
from book_code.training.privacy import ORDERS, epsilon, noise_for, renyi_divergence


def test_the_budget_of_the_paper():
    """Abadi et al., section 5.1: q = 0.01, σ = 4, T = 10 000, δ = 1e-5 spend 1.26."""
    assert epsilon(0.01, 4.0, 10_000, 1e-5, tight=False) == pytest.approx(1.26, abs=0.005)


def test_the_budget_of_tensorflow_privacy():
    """Its tutorial on MNIST: 60 epochs in batches of 256 with noise 1.1 spend 3.01."""
    steps = 60 * 60_000 // 256
    assert epsilon(256 / 60_000, 1.1, steps, 1e-5, tight=False) == pytest.approx(3.01, abs=0.01)


@pytest.mark.parametrize(("share", "noise"), [(0.01, 4.0), (0.1, 1.5), (0.5, 1.0), (1.0, 3.0)])
@pytest.mark.parametrize("order", [2, 3, 8, 17])
def test_the_divergence_is_that_of_the_two_densities(share, noise, order):
    """ln E[((1 - q) + q · exp((2z - 1) / 2σ²))^α] / (α - 1) over z ~ N(0, σ²), summed on a fine grid."""
    z = np.linspace(-40 * noise, 40 * noise + order * 2, 200_001)
    ratio = np.logaddexp(
        np.log1p(-share) if share < 1 else -np.inf, np.log(share) + (2 * z - 1) / (2 * noise**2)
    )
    density = -(z**2) / (2 * noise**2) - math.log(noise * math.sqrt(2 * math.pi))
    logs = density + order * ratio + math.log(z[1] - z[0])
    wanted = np.logaddexp.reduce(logs) / (order - 1)
    assert renyi_divergence(share, noise, order) == pytest.approx(wanted, rel=1e-6, abs=1e-12)


def test_one_step_of_everybody_is_the_gaussian_mechanism():
    """Without sampling and by the classical conversion the best ε has a formula: 1/2σ² + √(2 ln(1/δ)) / σ."""
    noise, delta = 4.0, 1e-5
    best = 1 / (2 * noise**2) + math.sqrt(2 * math.log(1 / delta)) / noise
    assert epsilon(1.0, noise, 1, delta, tight=False) == pytest.approx(best, rel=2e-3)
    assert epsilon(1.0, noise, 1, delta, tight=False) >= best


def test_the_tight_conversion():
    """arXiv:2004.00010, proposition 12, at one order; and never less than what the Gaussian mechanism really spends."""
    wanted = 8 / (2 * 3.0**2) + math.log(7 / 8) - (math.log(1e-5) + math.log(8)) / 7
    assert epsilon(1.0, 3.0, 1, 1e-5, orders=[8]) == pytest.approx(wanted, rel=1e-12)

    def phi(x):
        return math.erfc(-x / math.sqrt(2)) / 2

    spent = epsilon(1.0, 3.0, 1, 1e-5)
    delta = phi(1 / 6 - 3 * spent) - math.exp(spent) * phi(-1 / 6 - 3 * spent)
    assert 0 < delta < 1e-5  # arXiv:1805.06530, theorem 8: the exact delta of this epsilon
    loose = epsilon(1.0, 3.0, 1, 1e-5, tight=False)
    assert spent < loose


def test_more_steps_and_larger_batches_spend_more_and_noise_saves():
    base = epsilon(0.02, 1.5, 500, 1e-5)
    assert epsilon(0.02, 1.5, 1000, 1e-5) > base
    assert epsilon(0.04, 1.5, 500, 1e-5) > base
    assert epsilon(0.02, 2.0, 500, 1e-5) < base
    assert epsilon(0.02, 1.5, 500, 1e-3) < base
    assert base < epsilon(0.02, 1.5, 500, 1e-5, tight=False)
    assert epsilon(0.02, 0.0, 1, 1e-5) == math.inf
    assert epsilon(0.02, 1.5, 0, 1e-5) == 0
    assert max(ORDERS) > 1000  # tiny budgets need high orders


@pytest.mark.parametrize("target", [0.5, 3.0, 8.0])
def test_the_least_noise_for_a_budget(target):
    noise = noise_for(target, 0.01, 2000, 1e-5)
    assert 0.995 * target < epsilon(0.01, noise, 2000, 1e-5) <= target


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: epsilon(0.0, 1.0, 1, 1e-5), r"must be in \(0, 1\], got 0"),
        (lambda: epsilon(1.5, 1.0, 1, 1e-5), r"must be in \(0, 1\]"),
        (lambda: epsilon(0.1, -1.0, 1, 1e-5), "must not be negative"),
        (lambda: epsilon(0.1, 1.0, 1, 1.0), "delta between 0 and 1"),
        (lambda: renyi_divergence(0.1, 1.0, 1), "whole numbers from 2"),
        (lambda: noise_for(0.0, 0.1, 1, 1e-5), "target above 0"),
    ],
)
def test_what_has_no_meaning_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.fixture
def task():
    rng = np.random.default_rng(0)
    model = bc.build("mlp-tiny", rng=rng).astype(np.float64)
    return model, rng.normal(size=(7, 2)), rng.integers(2, size=7)


def test_the_mean_of_all_gradients_is_that_of_the_batch(task):
    model, x, y = task
    each = per_example_gradients(model, x, y)
    whole = grad(cross_entropy(model(x), y), model.parameters())
    for one, g in zip(each, whole, strict=True):
        assert one.shape == (7, *g.shape)
        np.testing.assert_allclose(one.mean(axis=0), g.data, atol=1e-14)


def test_gradients_are_cut_together_and_short_ones_stay():
    a, b = np.array([[3.0, 0.0], [0.3, 0.0]]), np.array([[4.0], [0.4]])  # of length 5 and 0.5
    cut = privatize([a, b], 1.0, 0.0, 1.0, rng=np.random.default_rng(0))
    np.testing.assert_allclose(cut[0], [3 / 5 + 0.3, 0])
    np.testing.assert_allclose(cut[1], [4 / 5 + 0.4])


def test_no_example_moves_the_sum_by_more_than_clip(task):
    model, x, y = task
    x = x * 100
    each = per_example_gradients(model, x, y)
    sums = [
        privatize([g[keep] for g in each], 0.3, 0.0, 1.0, rng=np.random.default_rng(0))
        for keep in [np.arange(7), *(np.arange(7) != i for i in range(7))]
    ]
    for without in sums[1:]:
        moved = math.sqrt(
            sum(((a - b) ** 2).sum() for a, b in zip(sums[0], without, strict=True))
        )
        assert moved <= 0.3 + 1e-12


def test_noise_is_as_large_as_asked():
    zero = [np.zeros((5, 20_000))]
    (found,) = privatize(zero, 0.5, 3.0, 10.0, rng=np.random.default_rng(0))
    assert found.std() == pytest.approx(3.0 * 0.5 / 10, rel=0.02)
    assert abs(found.mean()) < 0.01


def test_without_noise_and_clipping_it_is_plain_sgd(task):
    model, x, y = task
    twin = bc.build("mlp-tiny", rng=np.random.default_rng(0)).astype(np.float64)
    optimizer = optim.SGD(twin.parameters(), 0.5)
    for _ in range(5):
        optimizer.step(grad(cross_entropy(twin(x), y), twin.parameters()))
    spent = fit_private(
        model,
        (x, y),
        optimizer=optim.SGD(model.parameters(), 0.5),
        steps=5,
        batch_size=7,
        clip=math.inf,
        noise=0.0,
        rng=np.random.default_rng(0),
    )
    assert spent == math.inf
    for key, value in model.state_dict().items():
        np.testing.assert_allclose(value, twin.state_dict()[key], rtol=1e-12)


def test_moons_are_parted_in_private():
    x, y = data.toy.moons(1000, noise=0.1, rng=np.random.default_rng(0))
    model = bc.build("mlp-tiny", rng=np.random.default_rng(1), hidden=(16,))
    spent = fit_private(
        model,
        (x, y),
        optimizer=optim.SGD(model.parameters(), 2.0),
        steps=60,
        batch_size=50,
        clip=1.0,
        noise=1.2,
        rng=np.random.default_rng(0),
    )
    assert spent == epsilon(0.05, 1.2, 60, 1e-5)
    assert 1 < spent < 6
    assert (model(x).data.argmax(axis=1) == y).mean() > 0.85


def test_an_empty_batch_is_a_step_of_noise(task):
    model, x, y = task
    each = per_example_gradients(model, x[:0], y[:0])
    assert [g.shape for g in each] == [(0, *p.shape) for p in model.parameters()]
    (first, *_) = privatize(each, 1.0, 1.0, 1.0, rng=np.random.default_rng(0))
    assert first.std() > 0.1


def test_what_cannot_be_private_is_refused(task):
    _, x, y = task
    mixing = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 2, rng=np.random.default_rng(0)))
    with pytest.raises(ValueError, match="batch normalization mixes"):
        per_example_gradients(mixing, x, y)
    for clip, noise, message in ((0.0, 1.0, "clip above 0"), (math.inf, 1.0, "hidden")):
        with pytest.raises(ValueError, match=message):
            privatize([x], clip, noise, 1.0, rng=np.random.default_rng(0))


def test_noise_too_small_to_be_squared_hides_nothing():
    assert epsilon(0.01, 1e-170, 1, 1e-5) == math.inf
    assert noise_for(math.inf, 0.01, 10, 1e-5) < 1e-6
