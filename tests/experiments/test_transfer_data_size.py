"""Frozen parts stay as they were, fine-tuned ones move, and the tasks are apart."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import Split  # noqa: E402
from book_code.experiments import _runner  # noqa: E402
from book_code.experiments import transfer_data_size as transfer  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = replace(transfer.Config().quick(), source_size=100, updates=3)


@pytest.mark.parametrize(("way", "moves"), [("near_frozen", False), ("near_tuned", True)])
def test_only_what_is_not_frozen_moves(way, moves):
    before = transfer.source(CONFIG, "near", 0, "cpu")
    kept = {name: value.clone() for name, value in before.items()}
    data = transfer.task(CONFIG, "new", 0, 20)
    after = transfer.train(CONFIG, way, before, data, 1e-2, 0, "cpu")[0].state_dict()
    assert all(torch.equal(kept[name], before[name]) for name in kept)
    for name in before:
        if name.startswith("blocks"):  # running statistics of the norms, too
            assert torch.equal(before[name], after[name]) != moves, name
    assert not torch.equal(before["fc.weight"], after["fc.weight"])


def test_from_scratch_and_transferred_begin_with_the_same_last_layer():
    state = transfer.source(CONFIG, "far", 0, "cpu")
    data = transfer.task(CONFIG, "new", 0, 20)
    still = replace(CONFIG, updates=0)
    scratch, moved = (
        transfer.train(still, way, state, data, 1e-2, 0, "cpu")[0].state_dict()
        for way in ("scratch", "far_tuned")
    )
    assert torch.equal(scratch["fc.weight"], moved["fc.weight"])
    name = "blocks.0.layers.0.conv.weight"
    assert torch.equal(moved[name], state[name])
    assert not torch.equal(scratch[name], state[name])


@pytest.mark.parametrize(("name", "classes"), [("near", 5), ("far", 10), ("new", 5)])
def test_a_task_has_as_many_pictures_of_each_class(name, classes):
    data = transfer.task(CONFIG, name, 0, 50)
    assert np.bincount(data.train.y).tolist() == [50 // classes] * classes
    assert data.train.x.shape == (50, 1, 14, 14)
    assert 0.9 * CONFIG.validation_size <= len(data.validation) <= CONFIG.validation_size
    assert set(data.validation.y) == set(data.test.y) == set(range(classes))
    assert not np.array_equal(data.train.x, transfer.task(CONFIG, name, 1, 50).train.x)


def test_classes_become_labels_from_0_in_their_order():
    x = np.arange(4 * 784, dtype=np.float32).reshape(4, 1, 28, 28)
    part = transfer.of_classes(Split(x, np.array([9, 2, 5, 7])), (5, 7, 9))
    assert part.y.tolist() == [2, 0, 1]
    assert np.array_equal(part.x, x[[0, 2, 3]])


def test_pictures_become_small_by_the_mean_of_two_by_two():
    x = np.zeros((1, 1, 28, 28), np.float32)
    x[0, 0, 0, 1], x[0, 0, 27, 27] = 4, 8
    made = transfer.small(Split(x, np.zeros(1, np.int64))).x
    assert made[0, 0, 0, 0] == 1
    assert made[0, 0, 13, 13] == 2
    assert made.sum() == 3


def test_the_published_gains_are_paired_and_shrink_with_the_pictures():
    result = _runner.read("transfer_data_size")
    shots = result.config["shots"]
    for label in list(transfer.LABELS)[1:]:
        for n in shots:
            ours, plain, gain = (
                np.array(result.metrics[metric]["values"])
                for metric in (f"test_accuracy_{label}_{n}", f"test_accuracy_scratch_{n}",
                               f"gain_{label}_{n}")
            )  # fmt: skip
            np.testing.assert_allclose(ours - plain, gain, atol=1e-3)
    near = [result.metrics[f"gain_near_tuned_{n}"] for n in shots]
    assert all(min(entry["values"]) > 0 for entry in near), "it pays with every seed"
    assert near[0]["mean"] > near[-1]["mean"] + 2
    for n in shots:
        assert result.mean(f"gain_near_tuned_{n}") > result.mean(f"gain_far_tuned_{n}")
