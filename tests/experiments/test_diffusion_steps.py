"""Which weights and which sampler a number belongs to: told apart where they must differ, equal where they must not."""

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import cifar10  # noqa: E402
from book_code.experiments import _diffusion_steps, _fid, diffusion_steps_large  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = dataclasses.replace(
    _diffusion_steps.Training().quick(), dataset="digits", steps=40, counts=(1, 6), mark_steps=6
)
RATE = 5e-3


@pytest.fixture(scope="module")
def given():
    data = _fid.pictures(CONFIG)
    judge = _fid.train_judge(CONFIG, "cpu")
    return {
        "train": torch.from_numpy(2 * data.train.x - 1),
        "judge": judge,
        "seen": judge.see(data.validation.x[: CONFIG.made]),
        "test": judge.see(data.test.x[: CONFIG.made]),
    }


@pytest.fixture(scope="module")
def learn(given):
    return lambda decay: _diffusion_steps.learn(
        dataclasses.replace(CONFIG, decay=decay), 0, RATE, "cpu", **given
    )


@pytest.fixture(scope="module")
def usual(learn):
    return learn(0.9)


def test_an_average_that_forgets_at_once_is_the_last_weights(learn):
    run = learn(0.0)
    assert run.by_count["ddim"][-1] == pytest.approx(run.last, rel=1e-6)
    assert run.marks["average"] == pytest.approx(run.marks["last"], rel=1e-6)


def test_an_average_that_forgets_nothing_has_learned_little(learn, usual):
    """The last weights do not care how long the average remembers."""
    run = learn(1 - 1e-6)
    assert run.last == usual.last
    assert run.marks["last"] == usual.marks["last"]
    assert run.by_count["ddim"][-1] > 1.05 * usual.by_count["ddim"][-1]
    assert run.marks["average"][-1] > 1.05 * usual.marks["average"][-1]


def test_with_one_step_both_samplers_are_one(usual):
    """Nothing is drawn after the last step; on a longer way DDPM draws."""
    (one, more), (one_too, more_too) = usual.by_count["ddim"], usual.by_count["ddpm"]
    assert one == pytest.approx(one_too, rel=1e-6)
    assert more != pytest.approx(more_too, rel=1e-3)


def test_the_same_pictures_come_out_each_time(given):
    model = _diffusion_steps.network(CONFIG, given["train"])
    torch.nn.init.normal_(model.conv_out.weight, 0, 0.02)

    def fid(seed):
        return _diffusion_steps.judged(
            CONFIG, given["judge"], model, given["test"], 3, 1.0, seed=seed
        )

    assert fid(0) == fid(0) != fid(1)


def test_few_colour_pictures_are_the_first_of_the_data_set():
    few = diffusion_steps_large.colour(200)
    assert [len(part) for part in (few.train, few.validation, few.test)] == [
        5_000, 5_000, 10_000,
    ]  # fmt: skip
    first = cifar10.read(cifar10.TRAIN[:1])
    values = np.concatenate([few.train.x[:, 0, 0], few.validation.x[:, 0, 0]]) * 255
    assert np.array_equal(
        np.sort(values.sum(axis=1)).round(), np.sort(first.x[:, 0, 0].astype(float).sum(axis=1))
    )
