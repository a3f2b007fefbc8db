"""Rosenblatt's rule, step by step the same in both back ends."""

import numpy as np
import pytest
import torch

from book_code.models import registry

from .common import batch

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("name", ["perceptron-tiny", "multiclass-perceptron-tiny"])
def test_rosenblatts_rule_is_the_same_in_both(name):
    ours = registry.build(name, rng=np.random.default_rng(0)).astype(np.float64)
    theirs = registry.build(name, "torch", rng=np.random.default_rng(0)).double()
    given = batch(name, 60)
    steps = [
        (ours.update(a, b), theirs.update(torch.from_numpy(a), int(b)))
        for a, b in zip(given["x"], given["y"], strict=True)
    ]
    assert all(first == second for first, second in steps)
    assert 5 < sum(first for first, _ in steps) < 60
    for key, value in ours.state_dict().items():
        np.testing.assert_allclose(value, theirs.state_dict()[key], rtol=1e-9, err_msg=key)
