"""The cures of imbalance are what their names say."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code import losses  # noqa: E402
from book_code.autodiff import Tensor  # noqa: E402
from book_code.data import load  # noqa: E402
from book_code.experiments import imbalance_cures as imbalance  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]


def test_focal_loss_is_that_of_the_package():
    rng = np.random.default_rng(0)
    logits, targets = 3 * rng.standard_normal(50), (rng.random(50) < 0.3) * 1.0
    ours = imbalance.focal(torch.from_numpy(logits), torch.from_numpy(targets), 2.0, 0.25)
    theirs = losses.focal(Tensor(logits), targets, gamma=2.0, alpha=0.25)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-9)


def test_smote_stays_between_an_example_and_a_near_neighbour():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((30, 2)).astype(np.float32)
    made = imbalance.smote(x, 200, 3, rng)
    assert made.shape == (200, 2)
    pairs = np.linalg.norm(x[:, None] - x, axis=2)
    near = pairs.argsort(axis=1)[:, 1:4]
    for point in made:  # on a line: the way over the point is as long as the way without it
        ways = [
            np.linalg.norm(x[i] - point) + np.linalg.norm(point - x[j]) - pairs[i, j]
            for i in range(30)
            for j in near[i]
        ]
        assert min(ways) < 1e-4
    assert not any((x == point).all(axis=1).any() for point in made)


@pytest.mark.parametrize("count", [400, None])
def test_the_rare_class_has_its_share(count):
    config, data = imbalance.Config(), load("digits").train
    split = imbalance.skew(data, config, count, np.random.default_rng(0))
    assert split.y.mean() == pytest.approx(config.share, abs=0.002)
    assert set(split.y) == {0, 1}
    assert len(split) == count or count is None
    rare = data.x[data.y == config.rare].reshape(-1, 64)
    assert all((rare == x).all(axis=1).any() for x in split.x[split.y == 1])


def test_the_threshold_is_the_one_of_the_highest_f1():
    labels, values = np.array([0, 0, 1, 0, 1, 1]), np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert imbalance.threshold(labels, values) == 0.3  # precision 3/4, recall 1
