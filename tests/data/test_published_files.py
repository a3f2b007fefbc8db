"""MNIST and Fashion-MNIST themselves (fetched if they are not on the machine)."""

import numpy as np
import pytest

from book_code import data

NAMES = ["mnist", "fashion-mnist"]

FIRST_TEST_LABELS = {
    "mnist": [7, 2, 1, 0, 4, 1, 4, 9, 5, 9],
    "fashion-mnist": [9, 2, 1, 1, 6, 1, 4, 6, 5, 7],
}


@pytest.mark.native
@pytest.mark.parametrize("name", NAMES)
def test_the_published_data_set(name):
    dataset = data.load(name)
    assert [len(s) for s in (dataset.train, dataset.validation, dataset.test)] == [
        55_000,
        5_000,
        10_000,
    ]
    assert dataset.train.x.shape == (55_000, 1, 28, 28)
    assert dataset.train.x.dtype == np.float32
    assert dataset.train.x.min() == 0
    assert dataset.train.x.max() == 1
    assert dataset.test.y[:10].tolist() == FIRST_TEST_LABELS[name]
    assert len(dataset.classes) == 10
    both = np.bincount(dataset.train.y) + np.bincount(dataset.validation.y)
    assert both.sum() == 60_000
    share = np.bincount(dataset.validation.y) / both
    assert share == pytest.approx(1 / 12, abs=1e-3)
