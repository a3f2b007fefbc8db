"""The distance of made pictures from real ones: near zero for real ones, and it grows with every defect."""

import dataclasses
import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import Dataset  # noqa: E402
from book_code.experiments import _fid  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = _fid.Judged("digits", side=8, judge_epochs=30, made=300, neighbourhoods=300)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return _fid.pictures(CONFIG)


@pytest.fixture(scope="module")
def judge():
    return _fid.train_judge(CONFIG, "cpu")


@pytest.fixture(scope="module")
def score(data, judge):
    real = judge.see(data.test.x)
    return lambda x: _fid.compare(CONFIG, real, judge.see(x))


def noisy(x, sd):
    noise = np.random.default_rng(0).standard_normal(x.shape)
    return (x + sd * noise).astype(np.float32)


def blurred(x, side):
    return torch.nn.functional.avg_pool2d(
        torch.from_numpy(x), side, 1, side // 2, count_include_pad=False
    )


def rises(values):
    return all(a < b for a, b in itertools.pairwise(values))


def test_the_judge_knows_the_digits_and_is_the_same_each_time(judge, data):
    assert judge.accuracy > 90
    again = _fid.train_judge(CONFIG, "cpu")
    np.testing.assert_array_equal(
        again.see(data.test.x).features, judge.see(data.test.x).features
    )


def test_features_are_those_before_the_last_layer(judge, data):
    seen, last = judge.see(data.test.x), judge.model.fc3
    logits = (
        seen.features @ last.weight.detach().double().numpy().T + last.bias.detach().numpy()
    )
    odds = np.exp(logits - logits.max(1, keepdims=True))
    np.testing.assert_allclose(
        seen.probabilities, odds / odds.sum(1, keepdims=True), rtol=1e-4, atol=1e-7
    )


def test_real_pictures_are_near_real_pictures(score, data):
    same, others = score(data.test.x), score(data.validation.x)
    assert same.fid == pytest.approx(0, abs=1e-3)
    assert (same.precision, same.recall) == (1, 1)
    assert same.fid < others.fid < 0.5 * score(noisy(data.validation.x, 0.2)).fid
    assert others.precision > 0.8
    assert others.recall > 0.8
    assert others.score > 6


def test_the_distance_rises_with_noise(score, data):
    assert rises([score(noisy(data.validation.x, sd)).fid for sd in (0, 0.1, 0.2, 0.4, 0.8)])


def test_the_distance_rises_with_blur(score, data):
    found = [score(data.validation.x), *(score(blurred(data.validation.x, n)) for n in (3, 5))]
    assert rises([scores.fid for scores in found])
    assert rises([-scores.recall for scores in found])


def test_the_distance_rises_with_missing_classes_and_recall_falls(score, data):
    kept = [data.validation.x[data.validation.y < top] for top in (10, 9, 6, 3)]
    found = [score(x) for x in kept]
    assert rises([scores.fid for scores in found])
    assert rises([-scores.recall for scores in found])
    assert found[-1].precision > 0.8


def test_pixels_out_of_range_count_as_the_nearest_in_it(judge, data):
    far = 3 * data.test.x - 1
    np.testing.assert_array_equal(judge.see(far).features, judge.see(far.clip(0, 1)).features)


def test_pictures_keep_their_light_when_they_are_resized():
    x = np.random.default_rng(0).random((3, 1, 28, 28), dtype=np.float32)
    for side, factor in ((16, 4), (14, 4), (28, 1), (32, 1), (56, 0.25), (64, 0.25)):
        small = _fid.resized(x, side)
        assert small.shape == (3, 1, side, side)
        np.testing.assert_allclose(small.sum((1, 2, 3)) * factor, x.sum((1, 2, 3)), rtol=1e-5)


def test_colour_has_a_judge_too():
    quick = dataclasses.replace(CONFIG, side=16)
    model = _fid.network((3, quick.side, quick.side), 10)
    x = np.random.default_rng(0).random((4, 3, 16, 16), dtype=np.float32)
    assert _fid.Judge(model, 0).see(x).features.shape == (4, 128)
