"""DP-SGD in PyTorch: every example's gradient, and a whole private run, are those of the NumPy version."""

import math

import numpy as np
import pytest
import torch

import book_code as bc
from book_code import interop, optim
from book_code.training import dp_sgd, torch_dp_sgd

pytestmark = pytest.mark.torch


def twins(**fields):
    ours = bc.build("mlp-tiny", rng=np.random.default_rng(0), **fields).astype(np.float64)
    theirs = bc.build("mlp-tiny", "torch", rng=np.random.default_rng(0), **fields).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()))
    return ours, theirs


@pytest.fixture
def xy():
    rng = np.random.default_rng(1)
    return rng.normal(size=(30, 2)), rng.integers(2, size=30)


def test_per_example_gradients_are_the_same(xy):
    ours, theirs = twins()
    x, y = xy
    given = torch.from_numpy(x), torch.from_numpy(y)
    pairs = zip(
        dp_sgd.per_example_gradients(ours, x, y),
        torch_dp_sgd.per_example_gradients(theirs, *given),
        strict=True,
    )
    for one, other in pairs:
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("clip", "noise"), [(0.2, 1.5), (math.inf, 0.0)])
def test_a_private_run_is_the_same(xy, clip, noise):
    ours, theirs = twins(hidden=(5,))
    start = ours.state_dict()
    settings = {"steps": 8, "batch_size": 6, "clip": clip, "noise": noise}
    spent = [
        fit(model, xy, optimizer=optimizer, rng=np.random.default_rng(2), **settings)
        for fit, model, optimizer in (
            (dp_sgd.fit_private, ours, optim.SGD(ours.parameters(), 0.3)),
            (torch_dp_sgd.fit_private_torch, theirs, torch.optim.SGD(theirs.parameters(), 0.3)),
        )
    ]
    assert spent[0] == spent[1]
    for key, value in ours.state_dict().items():
        assert np.abs(value - start[key]).max() > 1e-3
        np.testing.assert_allclose(value, theirs.state_dict()[key], rtol=1e-9, atol=1e-12)


def test_an_empty_batch_and_what_is_refused(xy):
    _, theirs = twins()
    x, y = map(torch.from_numpy, xy)
    empty = torch_dp_sgd.per_example_gradients(theirs, x[:0], y[:0])
    assert [g.shape for g in empty] == [(0, *p.shape) for p in theirs.parameters()]
    first = torch_dp_sgd.privatize(empty, 1.0, 1.0, 1.0, rng=np.random.default_rng(0))[0]
    assert first.std() > 0.1
    mixing = torch.nn.Sequential(torch.nn.BatchNorm1d(2), torch.nn.Linear(2, 2)).double()
    with pytest.raises(ValueError, match="batch normalization mixes"):
        torch_dp_sgd.per_example_gradients(mixing, x, y)
    with pytest.raises(ValueError, match="clip above 0"):
        torch_dp_sgd.privatize([x], 0.0, 1.0, 1.0, rng=np.random.default_rng(0))


@pytest.mark.parametrize("norm", [torch.nn.SyncBatchNorm(2), torch.nn.LazyBatchNorm1d()])
def test_every_kind_of_batch_normalization_is_refused(norm):
    with pytest.raises(ValueError, match="batch normalization mixes"):
        torch_dp_sgd.per_example_gradients(norm, torch.zeros(2, 2), torch.zeros(2).long())
