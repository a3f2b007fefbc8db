"""Plain and residual networks on CIFAR-10: the data, the steps and what is measured on the way."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import cifar10  # noqa: E402
from book_code.experiments import _cifar, cifar_resnets  # noqa: E402
from book_code.experiments import _cifar_resnets as nets  # noqa: E402
from book_code.experiments._sweep import parameters  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

PAPER = cifar_resnets.Config()
TINY = replace(PAPER.quick(), train_size=300, side=8)


@pytest.fixture(scope="module")
def data():
    return _cifar.pictures(TINY, 0)


def test_the_sizes_are_the_papers():
    """Table 6: 0.27 and 0.85 million; a plain network has as many."""
    for depth, millions in {20: 0.27, 56: 0.85}.items():
        counts = {kind: parameters(nets.network(PAPER, kind, depth)) for kind in nets.SHORTCUTS}
        assert counts["plain"] == counts["resnet"]
        assert round(counts["plain"] / 1e6, 2) == millions


def test_the_splits(data):
    assert [len(part) for part in (data.train, data.validation, data.test)] == [300, 64, 64]
    assert data.train.x.shape[1:] == (3, 8, 8)
    assert data.train.x.mean(axis=(0, 2, 3)) == pytest.approx(0, abs=1e-4)
    assert data.train.x.std(axis=(0, 2, 3)) == pytest.approx(1, abs=1e-3)
    other = _cifar.pictures(TINY, 1)
    assert not np.array_equal(other.train.y, data.train.y)
    assert np.array_equal(other.validation.y, data.validation.y)
    assert data.test.y.tolist() == cifar10.read(cifar10.TEST).y[:64].tolist()


def test_no_training_picture_is_held_out():
    whole = replace(TINY, train_size=9_936)
    data = _cifar.pictures(whole, 0)
    rows = {part.tobytes() for part in data.train.x}
    assert len(rows) > 9_900  # a few pictures are there twice
    held = [part.tobytes() in rows for part in data.validation.x]
    assert sum(held) <= 1


def test_smaller_pictures_are_means():
    x = np.random.default_rng(0).integers(0, 256, (2, 3, 32, 32), np.uint8)
    assert _cifar.smaller(x, 8)[1, 2, 3, 7] == pytest.approx(x[1, 2, 12:16, 28:].mean() / 255)
    assert np.array_equal(_cifar.smaller(x, 32), x.astype(np.float32) / np.float32(255))


def test_an_epoch_shows_every_picture_at_most_once():
    config = replace(TINY, steps=7, batch_size=4)
    steps = list(nets.minibatches(14, config, np.random.default_rng(0)))
    assert [len(rows) for rows in steps] == [4] * 7
    epochs = [torch.cat(steps[i : i + 3]).tolist() for i in (0, 3)]
    assert all(len(set(epoch)) == 12 for epoch in epochs)
    assert epochs[0] != epochs[1]


def test_pictures_are_moved_by_up_to_an_eighth_and_mirrored():
    x = torch.zeros(300, 3, 32, 32)
    x[:, :, 16, 10] = 1
    places = nets.changed(x, np.random.default_rng(0))[:, 0].nonzero()[:, 1:]
    assert set(places[:, 0].tolist()) == set(range(12, 21))
    assert set(places[:, 1].tolist()) == set(range(6, 15)) | set(range(17, 26))


def test_a_gradient_for_every_layer(data):
    torch.manual_seed(0)
    x, y = torch.from_numpy(data.train.x[:32]), torch.from_numpy(data.train.y[:32])
    model = nets.network(TINY, "plain", 14)
    found = nets.gradient_by_layer(model, x, y)
    assert len(found) == 13  # and the last is the linear layer
    nets.step_loss(model, x, y).backward()
    assert found[0] == pytest.approx(model.conv1.weight.grad.norm().item(), rel=1e-3)
    assert found[-1] == pytest.approx(
        model.layer3[-1].conv2.weight.grad.norm().item(), rel=1e-3
    )


def test_training_lowers_the_loss_and_the_curve_is_its_mean(data):
    config = replace(TINY, steps=40, batch_size=32, marks=4)
    run = nets.train(config, "resnet", 8, data, 0, "cpu")
    assert len(run.losses) == 4
    assert run.losses[-1] < run.losses[0] - 0.1
    assert run.train_error < 85
    one = nets.train(replace(config, marks=1), "resnet", 8, data, 0, "cpu")
    assert one.losses[0] == pytest.approx(np.mean(run.losses), rel=1e-5)
    assert 0 <= run.test_error <= 100
