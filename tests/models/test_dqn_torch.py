"""DQN in PyTorch: the same targets, and the same run, step by step."""

import numpy as np
import pytest
import torch

from book_code import optim
from book_code.environments import CartPole
from book_code.models import registry
from book_code.models.dqn import numpy_model, torch_model

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("double", [False, True])
def test_targets_are_the_same(double):
    rng = np.random.default_rng(0)
    reward, ended = rng.normal(size=6), rng.random(6) < 0.5
    following, choice = rng.normal(size=(2, 6, 3))
    ours = numpy_model.td_targets(reward, ended, following, 0.9, choice if double else None)
    reward, ended, following, choice = map(torch.tensor, (reward, ended, following, choice))
    theirs = torch_model.td_targets(reward, ended, following, 0.9, choice if double else None)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@pytest.mark.parametrize("double", [False, True])
def test_a_whole_run_is_the_same(double):
    """The same draws, hundred updates with a target network that is copied thrice."""
    ours = registry.build("dqn-cartpole", rng=np.random.default_rng(0), hidden=(8,))
    theirs = registry.build("dqn-cartpole", "torch", rng=np.random.default_rng(0), hidden=(8,))
    start = ours.state_dict()
    returns = []
    for module, net, optimizer in (
        (numpy_model, ours, optim.SGD(ours.parameters(), 0.05)),
        (torch_model, theirs, torch.optim.SGD(theirs.parameters(), 0.05)),
    ):
        returns.append(
            module.learn(
                net,
                CartPole(),
                optimizer,
                steps=150,
                rng=np.random.default_rng(1),
                begin=50,
                batch_size=8,
                exploration_steps=50,
                copy_every=30,
                clip=2.0,
                double=double,
            )
        )
    assert returns[0] == returns[1]
    assert len(returns[0]) > 2
    for key, value in ours.state_dict().items():
        assert np.abs(value - start[key]).max() > 1e-3
        np.testing.assert_allclose(value, theirs.state_dict()[key], rtol=1e-3, atol=1e-4)


def test_an_end_may_be_told_by_numbers_too() -> None:
    for ended in (torch.tensor([0, 1]), torch.tensor([0.0, 1.0])):
        found = torch_model.td_targets(torch.ones(2), ended, torch.full((2, 2), 4.0), 0.5)
        assert found.tolist() == [3.0, 1.0]
