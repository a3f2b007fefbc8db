"""Accuracy against epsilon: the noise keeps to it, the guess of membership is the best one, ways are what they say."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.experiments import _runner, privacy_dp_sgd  # noqa: E402
from book_code.training.privacy import epsilon  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = privacy_dp_sgd.Config()


def test_the_noise_of_every_way_keeps_to_its_epsilon():
    *private, clipped, plain = privacy_dp_sgd.settings(CONFIG)
    share = CONFIG.batch_size / CONFIG.train_size
    for wanted, (clip, noise) in zip(CONFIG.epsilons, private, strict=True):
        spent = epsilon(share, noise, CONFIG.steps, CONFIG.delta)
        assert 0.98 * wanted < spent <= wanted
        assert clip == CONFIG.clip
    assert clipped == (CONFIG.clip, 0.0)
    assert plain == (math.inf, 0.0)


def test_the_guess_of_membership_has_the_best_threshold():
    rng = np.random.default_rng(0)
    inside, outside = rng.random(300), rng.random(200) + 0.25
    tried = [
        100 * float((inside <= t).mean() - (outside <= t).mean())
        for t in np.linspace(0, 1.25, 2_001)
    ]
    found = privacy_dp_sgd.advantage(inside, outside)
    assert max(tried) <= found < max(tried) + 0.5
    assert privacy_dp_sgd.advantage(outside, inside) < 1e-9  # no threshold, no gain


def test_losses_are_those_of_the_examples():
    torch.manual_seed(0)
    model = privacy_dp_sgd.MLP(privacy_dp_sgd.MLPConfig(4, (3,), 2))
    x = np.random.default_rng(0).random((6, 1, 2, 2), dtype=np.float32)
    split = privacy_dp_sgd.Split(x, np.array([0, 1] * 3))
    found = privacy_dp_sgd.losses(model, split)
    logits = model(torch.from_numpy(x)).detach().double().numpy()
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, -np.log(p[np.arange(6), split.y]), rtol=1e-5)


def test_who_was_in_it_is_told_less_with_noise():
    result = _runner.read("privacy_dp_sgd")
    first = privacy_dp_sgd.name(result.config["epsilons"][0])
    assert result.mean(f"advantage_{first}") < result.mean("advantage_plain")
    assert result.mean(f"noise_{first}") > 0 == result.mean("noise_plain")
