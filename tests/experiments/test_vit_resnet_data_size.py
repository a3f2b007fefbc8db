"""The two networks are of one size, see the same small pictures, and the published distances are paired."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import Split  # noqa: E402
from book_code.experiments import _runner, _sweep  # noqa: E402
from book_code.experiments import vit_resnet_data_size as race  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = race.Config()


def test_the_two_networks_have_about_as_many_parameters():
    vit, resnet = (_sweep.parameters(race.network(CONFIG, label)) for label in race.LABELS)
    assert 0.9 < vit / resnet < 1.1


@pytest.mark.parametrize("label", race.LABELS)
def test_each_gives_ten_scores_for_a_small_picture(label):
    model = race.network(CONFIG, label).eval()
    assert model(torch.zeros(2, 1, race.SIDE, race.SIDE)).shape == (2, 10)
    assert type(model).__name__ == race.LABELS[label]


def test_pictures_get_a_border_and_become_small_by_means():
    x = np.zeros((1, 1, 28, 28), np.float32)
    x[0, 0, 0, 1], x[0, 0, 27, 27] = 4, 8
    made = race.small(Split(x, np.zeros(1, np.int64))).x
    assert made.shape == (1, 1, 16, 16)
    assert made[0, 0, 1, 1] == 1
    assert made[0, 0, 14, 14] == 2
    assert made.sum() == 3


def test_a_seed_draws_its_own_pictures_and_the_test_split_stays():
    one, other = (race.pictures(CONFIG.quick(), seed, 100) for seed in (0, 1))
    assert len(one.train) == 100
    assert not np.array_equal(one.train.x, other.train.x)
    assert np.array_equal(one.test.x, other.test.x)


def test_the_published_distances_are_paired_and_the_vit_is_behind_with_more_than_few():
    result = _runner.read("vit_resnet_data_size")
    for n in result.config["sizes"]:
        vit, resnet, behind = (
            np.array(result.metrics[metric]["values"])
            for metric in (f"test_accuracy_vit_{n}", f"test_accuracy_resnet_{n}", f"behind_{n}")
        )
        np.testing.assert_allclose(resnet - vit, behind, atol=1e-3)
        if n >= 1_000:  # with 100 pictures the seeds differ more than the networks
            assert behind.mean() > 3 * behind.std(ddof=1)
