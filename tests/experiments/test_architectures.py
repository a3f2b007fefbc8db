"""Six families on the same pictures: what is measured beside accuracy, and how rates are chosen."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from book_code.experiments import _architectures as six  # noqa: E402
from book_code.experiments import _memory, _runner  # noqa: E402
from book_code.experiments import fashion_architectures as large  # noqa: E402
from book_code.experiments import fashion_architectures_small as small  # noqa: E402
from book_code.experiments._checkpoint import Store, kept  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

TINY = six.Training(dataset="digits", train_size=200, validation_size=100, test_size=50, epochs=3,
                    tuning_epochs=2, batch_size=20, learning_rates=(1e-6, 5e-3), seeds=(0, 1))  # fmt: skip


def test_every_family_is_there():
    assert (
        list(large.NETWORKS) == list(small.NETWORKS) == list(six.LABELS) == list(large.PRINTED)
    )


def test_the_memory_of_a_step_counted_by_hand():
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    x, y = torch.ones(5, 1, 2, 2), torch.zeros(5, dtype=torch.int64)
    numbers = 4 * (4 * 3 + 3 + 3 * 2 + 2)  # weights, gradients, two means
    kept = (
        5 * 4 + 5 * 3
    )  # the input of each linear layer; that of the second is what ReLU keeps
    loss = 5 * 2 + 1  # the log-probabilities and the sum of the weights of the rows
    assert six.step_memory(model, x, y) == 4 * (numbers + kept + loss) + 8 * 5  # and the labels


def test_pictures_at_half_the_size():
    x = np.random.default_rng(0).random((3, 1, 28, 28), np.float32)
    found = six.halved(x)
    assert found.shape == (3, 1, 16, 16)
    assert found[1, 0, 1, 1] == pytest.approx(x[1, 0, :2, :2].mean())
    assert found[2, 0, 14, 3] == pytest.approx(x[2, 0, 26:, 4:6].mean())
    assert not found[:, :, 0].any()
    assert not found[..., 15].any()


def test_training_pictures_are_moved_and_mirrored_and_the_others_are_not():
    rng = np.random.default_rng(0)
    x = torch.zeros(200, 1, 28, 28)
    x[:, 0, 14, 10] = 1
    config = replace(TINY, flip=True, most_pixels=2)
    moved = six.changed(config, x, rng).nonzero()[:, 2:]
    assert len(moved) == 200
    assert set(moved[:, 0].tolist()) == {12, 13, 14, 15, 16}
    columns = set(moved[:, 1].tolist())
    assert columns == {8, 9, 10, 11, 12} | {15, 16, 17, 18, 19}
    assert torch.equal(six.changed(TINY, x, rng), x)


def test_pictures_have_mean_0_and_spread_1():
    data = six.pictures(TINY, 0)
    assert data.train.x.mean() == pytest.approx(0, abs=1e-4)
    assert data.train.x.std() == pytest.approx(1, abs=1e-3)
    assert (len(data.train), len(data.validation), len(data.test)) == (200, 100, 50)
    other = six.pictures(TINY, 1)
    assert not np.array_equal(other.train.y, data.train.y)
    assert np.array_equal(other.test.y, data.test.y)


def test_the_better_rate_is_chosen_on_validation_pictures(monkeypatch):
    monkeypatch.setattr(six, "LABELS", {"lenet": "LeNet-5"})
    networks = {"lenet": large.NETWORKS["lenet"]}
    result = six.train_all(TINY, networks, "cpu", _runner.Silent())
    assert result.mean("learning_rate_lenet") == 5e-3
    assert result.mean("test_accuracy_lenet") > 40
    assert result.mean("parameters_lenet") == 61_706
    assert result.mean("seconds_per_epoch_lenet") > 0
    assert "peak_memory_lenet" not in result.metrics  # of a GPU only


@kept
def hungry():
    """A piece that needs memory, and what the peak was."""
    return len(bytearray(b"1") * 100_000_000), _memory.peak_mb()


@kept
def watched_anew():
    """A piece that measures its own peak, as each network does."""
    _memory.reset("cpu")


def test_the_peak_of_a_run_is_not_lost_where_a_piece_measures_its_own(tmp_path):
    store = Store(tmp_path)
    with store.open():
        _, peak = hungry()
        watched_anew()
    assert store.peak_memory_mb >= peak > 100
