"""The networks of each group are trained on what the group says."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.experiments import _runner, _small  # noqa: E402
from book_code.experiments import early_stopping_ensembles as ensembles  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]


def test_the_folds_leave_every_picture_out_once_and_bags_draw_twice():
    config = ensembles.Config()
    data = _small.draw("digits", 0, 80)
    parts = [
        ensembles.part(config, data, "folds", member, 0) for member in range(config.members)
    ]
    held = np.concatenate([out.x for _, out in parts])
    assert sorted(map(bytes, held)) == sorted(map(bytes, data.train.x))
    for fitted, out in parts:
        assert not {*map(bytes, fitted.x)} & {*map(bytes, out.x)}
    bag, _ = ensembles.part(config, data, "bags", 0, 0)
    assert len(bag) == 80
    assert 40 < len({*map(bytes, bag.x)}) < 65  # about 63 % of 80
    same, held_out = ensembles.part(config, data, "same", 1, 0)
    assert np.array_equal(same.x, data.train.x)
    assert held_out is data.validation


@pytest.mark.parametrize("group", ensembles.GROUPS)
def test_the_published_ensembles_are_better_than_one_network(group):
    result = _runner.read("early_stopping_ensembles")
    gain = result.metrics[f"gain_{group}"]
    assert min(gain["values"]) > 0
    assert gain["mean"] > 2 * gain["sd"]
    one, many = (
        np.array(result.metrics[f"test_accuracy_{group}_{k}"]["values"])
        for k in (1, result.config["members"])
    )
    np.testing.assert_allclose(many - one, gain["values"], atol=1e-3)
