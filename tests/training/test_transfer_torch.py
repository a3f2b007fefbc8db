"""The helpers of transfer learning do with a PyTorch model what they do with a NumPy model."""

import numpy as np
import pytest
import torch

import book_code as bc
from book_code.training.transfer import (
    extract,
    freeze,
    hold_statistics,
    parameter_groups,
    take_over,
    trainable,
    unfreeze,
)

pytestmark = pytest.mark.torch


@pytest.fixture
def twins():
    return [
        bc.build("resnet-tiny", back, rng=np.random.default_rng(0))
        for back in ("numpy", "torch")
    ]


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(6, 1, 16, 16)).astype(np.float32)


def test_the_same_parameters_are_frozen(twins):
    ours, theirs = twins
    assert freeze(ours, "conv1", "layer1") == freeze(theirs, "conv1", "layer1")
    assert len(trainable(ours)) == len(trainable(theirs))
    assert unfreeze(ours) == unfreeze(theirs)
    assert all(p.requires_grad for p in theirs.parameters())


def test_frozen_parameters_get_no_gradient(twins, x):
    theirs = twins[1]
    freeze(theirs, "conv1")
    theirs(torch.from_numpy(x)).sum().backward()
    assert theirs.conv1.weight.grad is None
    assert theirs.fc.weight.grad is not None


def test_statistics_are_held(twins, x):
    theirs = twins[1].train()
    hold_statistics(theirs, "bn1", "layer1")
    before = {name: value.clone() for name, value in theirs.state_dict().items()}
    theirs(torch.from_numpy(x))
    changed = {
        n.split(".")[0] for n, v in theirs.state_dict().items() if not torch.equal(v, before[n])
    }
    assert changed == {"layer2"}


def test_the_same_features_are_extracted(twins, x):
    ours, theirs = twins
    expected = extract(ours.features, x, 4, ours)
    found = extract(theirs.features, torch.from_numpy(x), 4, theirs)
    assert not found.requires_grad
    assert theirs.training
    assert theirs.bn1.training
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-5, atol=1e-6)


def test_groups_go_into_an_optimizer(twins):
    theirs = twins[1]
    groups = parameter_groups(theirs, 0.5, {"layer1": 0.1})
    optimizer = torch.optim.SGD(groups, lr=0.5)
    assert [group["lr"] for group in optimizer.param_groups] == pytest.approx([0.05, 0.5])
    count = sum(len(group["params"]) for group in optimizer.param_groups)
    assert count == len(list(theirs.parameters()))


@pytest.mark.parametrize("source", [0, 1])
def test_weights_are_taken_over_from_both_back_ends(twins, source):
    theirs = bc.build("resnet-tiny", "torch", rng=np.random.default_rng(1), classes=5)
    head = theirs.fc.weight.detach().clone()
    take_over(theirs, twins[source].state_dict(), fresh=("fc",))
    assert torch.equal(theirs.conv1.weight, twins[1].conv1.weight)
    assert torch.equal(theirs.fc.weight, head)


def test_weights_that_do_not_fit_are_named(twins):
    theirs = bc.build("resnet-tiny", "torch", rng=np.random.default_rng(1), classes=5)
    with pytest.raises(ValueError, match=r"(?s)do not fit.*size mismatch for fc\.weight"):
        take_over(theirs, twins[1].state_dict())


def test_holding_all_holds_the_model_itself_too():
    net = torch.nn.Linear(2, 2).train()
    hold_statistics(net)
    assert not net.training
