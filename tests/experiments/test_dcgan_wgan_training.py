"""DCGAN against WGAN-GP: what is chosen, when pictures are judged, and that each size reaches its player."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import Dataset, Split  # noqa: E402
from book_code.experiments import _runner, dcgan_wgan_training  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = dcgan_wgan_training.Config().quick()


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(0)
    x = rng.random((3, 120, 1, 8, 8), dtype=np.float32)
    parts = [Split(one, np.arange(120) % 10) for one in x]
    data = Dataset("noise", *parts, tuple("0123456789"), "none")
    return dcgan_wgan_training.look(CONFIG, "cpu", data)


def test_the_last_mark_is_the_last_step_and_none_is_judged_before_it_began():
    config = dcgan_wgan_training.Config()
    for times in config.times:
        places = dcgan_wgan_training.places(config, times)
        assert places[-1] == times * config.steps
        assert len(places) == config.marks
        assert all(a < b for a, b in zip([0, *places], places, strict=False))


@pytest.mark.parametrize("label", dcgan_wgan_training.MODELS)
def test_the_code_has_the_size_that_is_asked_for(pictures, label):
    for latent in (2, 16):
        maker = dcgan_wgan_training.maker(CONFIG, pictures, label, 1e-3, latent)
        assert maker.model.config.latent == latent


@pytest.mark.parametrize("label", dcgan_wgan_training.MODELS)
def test_a_batch_has_the_size_that_is_asked_for(pictures, label, monkeypatch):
    maker = dcgan_wgan_training.maker(CONFIG, pictures, label, 1e-3, 4)
    sizes = []
    monkeypatch.setattr(maker, "step", lambda x, y: sizes.append(len(x)))
    dcgan_wgan_training.steps(maker, pictures.x, 20, 3)
    assert sizes == [20, 20, 20]


def test_seeds_differ_and_the_same_seed_gives_the_same(pictures):
    def fids(seed):
        return dcgan_wgan_training.train(CONFIG, pictures, "dcgan", 2e-3, 2, 10, 4, seed).fids

    assert fids(0) == fids(0)
    assert fids(0) != fids(1)
    assert len(fids(0)) == CONFIG.marks


def test_training_goes_on_after_pictures_were_made(pictures):
    maker = dcgan_wgan_training.maker(CONFIG, pictures, "dcgan", 1e-3, 4)
    dcgan_wgan_training.make(CONFIG, pictures, maker, 0)
    assert not maker.model.training
    dcgan_wgan_training.steps(maker, pictures.x, 10, 1)
    assert maker.model.training


def test_the_published_rate_is_one_that_was_tried():
    result = _runner.read("dcgan_wgan_training")
    for label in dcgan_wgan_training.MODELS:
        assert result.mean(f"learning_rate_{label}") in result.config["rates"]
        assert len(result.series[f"fid_{label}"]["values"]) == len(result.seeds) >= 3
