"""The parts of the small sweeps do what their names say."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import load  # noqa: E402
from book_code.experiments import (  # noqa: E402
    _runner,
    _small,
    double_descent,
    leakage,
    norms_batch_size,
    regularization_sweep,
)

pytestmark = [pytest.mark.torch, pytest.mark.native]


def test_a_seed_draws_its_own_training_pictures_and_leaves_the_other_splits():
    whole, one, other = load("digits"), *(_small.draw("digits", seed, 100) for seed in (0, 1))
    assert len(one.train) == 100
    assert not np.array_equal(one.train.x, other.train.x)
    assert np.array_equal(one.train.x, _small.draw("digits", 0, 100).train.x)
    assert np.array_equal(one.test.y, whole.test.y)
    assert len(_small.draw("digits", 0, 100, 20, 30).test) == 30


@pytest.mark.parametrize("label", norms_batch_size.LABELS)
def test_each_network_has_the_norm_that_it_is_named_after(label):
    config = norms_batch_size.Config()
    model = norms_batch_size.network(config, label).train()
    x = torch.rand(6, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    # only batch norm lets one picture change the scores of another
    with torch.no_grad():
        among, alone = model(x), torch.cat([model(x[i : i + 1]) for i in range(6)])
        louder = model(3 * x)
    assert torch.allclose(among, alone, atol=1e-5) == (label != "batch")
    # without a norm, three times the input gives larger scores
    moved = (louder - among).abs().max() / among.abs().max()
    assert (moved > 0.3) == (label == "none")


@pytest.mark.parametrize("features", [20, 50, 90])
@pytest.mark.parametrize("penalty", [0, 0.3])
def test_least_squares_is_that_of_linear_algebra(features, penalty):
    rng = np.random.default_rng(0)
    z, y = rng.standard_normal((50, features)), rng.standard_normal((50, 3))
    ours = double_descent.least_squares(z, y, (5, penalty))[1]
    rows = np.vstack([z, np.sqrt(penalty) * np.eye(features)])
    theirs = np.linalg.lstsq(rows, np.vstack([y, np.zeros((features, 3))]), rcond=None)[0]
    np.testing.assert_allclose(ours, theirs, atol=1e-7)


def test_wrong_labels_are_as_many_as_said_and_all_wrong():
    data = _small.draw("digits", 0, 200)
    labels = double_descent.relabel(data, 20, 3)
    assert (labels != data.train.y).sum() == 40
    assert np.array_equal(double_descent.relabel(data, 0, 3), data.train.y)
    assert set(labels) <= set(range(10))


def test_the_published_error_has_its_peak_where_features_are_as_many_as_pictures():
    result = _runner.read("double_descent")
    for percent in result.config["noise"]:
        mean = dict(zip(result.config["features"],
                        result.series[f"test_none_{percent}"]["mean"], strict=True))  # fmt: skip
        peak = max(mean, key=mean.get)
        assert peak == result.config["train_size"]
        spread = result.series[f"test_none_{percent}"]["sd"]
        assert mean[peak] - 5 * max(spread) > max(mean[100], mean[6_000]), (
            "it falls on both sides"
        )
    worse = result.mean("test_error_20_6000") - result.mean("test_error_best_20_6000")
    assert worse > 3 * result.sd("test_error_20_6000"), "the penalty cures it"


def test_noise_is_learned_only_where_the_features_are_chosen_before_the_split():
    config = leakage.Config()
    before, after = (
        [leakage.features(config, early, np.random.default_rng(seed)) for seed in range(8)]
        for early in (True, False)
    )
    assert np.mean(before) > 90
    assert np.mean(after) == pytest.approx(50, abs=12)


def test_copies_stand_behind_their_originals_with_the_same_labels():
    config, rng = leakage.Config(), np.random.default_rng(0)
    x, y = leakage.drawn(config, rng)
    more, labels = leakage.copied(x, y, config, rng)
    assert more.shape == (4 * len(x), 8, 8)
    assert np.array_equal(more[: len(x)], x)
    assert leakage.nearest(x, y, more, labels) > 99
    assert not np.array_equal(more[len(x) : 2 * len(x)], x)


@pytest.mark.parametrize("label", regularization_sweep.LABELS)
def test_the_published_gap_shrinks_as_the_amount_grows(label):
    result = _runner.read("regularization_sweep")
    gaps = [result.mean(f"gap_{label}_{value:g}") for value in result.config[label]]
    assert np.polyfit(range(len(gaps)), gaps, 1)[0] < -1
    assert gaps[-1] < gaps[0] / 2
    for value in result.config[label]:
        train, test, gap = (
            np.array(result.metrics[f"{name}_{label}_{value:g}"]["values"])
            for name in ("train_accuracy", "test_accuracy", "gap")
        )
        np.testing.assert_allclose(train - test, gap, atol=1e-3)


def test_without_dropout_and_decay_both_rows_begin_with_the_same_network():
    result = _runner.read("regularization_sweep")
    assert result.metrics["test_accuracy_dropout_0"] == result.metrics["test_accuracy_decay_0"]
