"""First values that are no matter of chance, or only of scale, against PyTorch's."""

import numpy as np
import pytest
import torch
from torch.nn import init as theirs

from book_code import init

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (5, 2)])
def test_identity_is_torchs_eye(shape):
    np.testing.assert_array_equal(init.identity(shape), theirs.eye_(torch.empty(shape)))


@pytest.mark.parametrize("shape", [(3, 3, 3), (4, 2, 3, 5), (2, 4, 4, 2)])
def test_identity_for_filters_is_torchs_dirac(shape):
    np.testing.assert_array_equal(init.identity(shape), theirs.dirac_(torch.empty(shape)))


@pytest.mark.parametrize("shape", [(300, 200), (64, 32, 5, 3)])
def test_spreads_equal_torchs(shape):
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    for ours, twin in [
        (init.xavier_normal(shape, rng=rng), theirs.xavier_normal_),
        (init.xavier_uniform(shape, rng=rng), theirs.xavier_uniform_),
        (init.he_normal(shape, rng=rng), theirs.kaiming_normal_),
        (init.he_uniform(shape, rng=rng), theirs.kaiming_uniform_),
        (init.lecun_normal(shape, rng=rng), lambda w: theirs.kaiming_normal_(w, nonlinearity="linear")),
        (init.truncated_normal(shape, 1.0, rng=rng), theirs.trunc_normal_),
        (init.orthogonal(shape, rng=rng), theirs.orthogonal_),
    ]:  # fmt: skip
        expected = twin(torch.empty(shape)).numpy()
        assert ours.std() == pytest.approx(expected.std(), rel=0.02)
        assert np.abs(ours).max() == pytest.approx(np.abs(expected).max(), rel=0.15)
