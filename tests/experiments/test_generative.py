"""Every generator learns by its step: what it makes comes nearer to real pictures, in the range of their pixels."""

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.experiments import _fid, _generative  # noqa: E402
from book_code.experiments._makers import MAKERS  # noqa: E402
from book_code.experiments._result import Result  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = _generative.Training(
    "digits", side=8, judge_epochs=30, made=300, neighbourhoods=300, width=8, latent=8, draws=8, average=0.9
)  # fmt: skip
STEPS = {"vae": 300, "gan": 400, "dcgan": 200, "wgan_gp": 150, "conditional_gan": 400, "stylegan": 60,
         "ddpm": 120}  # fmt: skip


@pytest.fixture(scope="module")
def data():
    return _fid.pictures(CONFIG)


@pytest.fixture(scope="module")
def judge():
    return _fid.train_judge(CONFIG, "cpu")


def trained(data, label, steps, seed=0):
    rate = CONFIG.step_sizes[list(_generative.MODELS).index(label)]
    config = dataclasses.replace(CONFIG, steps=steps)
    return _generative.train(config, data, label, seed, 1.0, rate, "cpu")


def test_every_model_of_the_table_has_a_maker():
    assert list(MAKERS) == list(_generative.MODELS)
    for config in (_generative.Training(), _generative.Large(), _generative.Large().quick()):
        assert len(config.paces) == len(config.step_sizes) == len(MAKERS)


@pytest.mark.parametrize("label", MAKERS)
def test_a_model_comes_nearer_to_real_pictures(label, data, judge):
    real = judge.see(data.test.x)

    def distance(steps):
        run = trained(data, label, steps)
        assert run.made.shape == (300, 1, 8, 8)
        assert run.steps == steps
        return _fid.compare(CONFIG, real, judge.see(_generative.pixels(run.made))).fid

    assert distance(STEPS[label]) < 0.7 * distance(1)


def test_the_conditional_model_makes_the_class_asked_for(data, judge):
    run = trained(data, "conditional_gan", 600)
    seen = judge.see(_generative.pixels(run.made))
    asked = np.arange(300) % 10
    assert (seen.probabilities.argmax(1) == asked).mean() > 0.6

    result = Result()
    _generative.by_class(CONFIG, result, data, judge, [seen])
    assert result.mean("recognized") == pytest.approx(
        np.mean([result.mean(f"recognized_{digit}") for digit in range(10)]), rel=1e-4
    )
    _generative.by_class(CONFIG, wrong := Result(), data, judge, [turned(seen)])
    assert wrong.mean("recognized") < 0.3


def turned(seen):
    """As if every picture had been made for the class before its own."""
    return _fid.Seen(np.roll(seen.features, 1, 0), np.roll(seen.probabilities, 1, 0))


def test_pictures_in_a_result_are_those_that_were_made():
    made = np.random.default_rng(0).integers(0, 256, (9, 3, 4, 4), np.uint8)
    _generative.show(result := Result(), "vae", made)
    np.testing.assert_array_equal(
        _generative.unpacked(result.series["pictures_vae"]), made[: _generative.SHOWN]
    )
