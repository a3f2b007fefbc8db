"""The parts of the small sweeps do what their names say."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import load  # noqa: E402
from book_code.experiments import _small, norms_batch_size  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]


def test_a_seed_draws_its_own_training_pictures_and_leaves_the_other_splits():
    whole, one, other = load("digits"), *(_small.draw("digits", seed, 100) for seed in (0, 1))
    assert len(one.train) == 100
    assert not np.array_equal(one.train.x, other.train.x)
    assert np.array_equal(one.train.x, _small.draw("digits", 0, 100).train.x)
    assert np.array_equal(one.test.y, whole.test.y)
    assert len(_small.draw("digits", 0, 100, 20, 30).test) == 30


@pytest.mark.parametrize("label", norms_batch_size.LABELS)
def test_each_network_has_the_norm_that_it_is_named_after(label):
    config = norms_batch_size.Config()
    model = norms_batch_size.network(config, label).train()
    x = torch.rand(6, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    # only batch norm lets one picture change the scores of another
    with torch.no_grad():
        among, alone = model(x), torch.cat([model(x[i : i + 1]) for i in range(6)])
        louder = model(3 * x)
    assert torch.allclose(among, alone, atol=1e-5) == (label != "batch")
    # without a norm, three times the input gives larger scores
    moved = (louder - among).abs().max() / among.abs().max()
    assert (moved > 0.3) == (label == "none")
