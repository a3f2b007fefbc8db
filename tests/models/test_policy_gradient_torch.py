"""Policy gradients in PyTorch: the gradient of torch.distributions, and the same run, step by step."""

import numpy as np
import pytest
import torch

from book_code import optim
from book_code.environments import CartPole
from book_code.models import registry
from book_code.models.policy_gradient import numpy_model, torch_model

pytestmark = pytest.mark.torch


def test_the_loss_is_that_of_torch_distributions():
    torch.manual_seed(0)
    logits, actions, better = torch.randn(5, 3), torch.tensor([0, 2, 1, 1, 0]), torch.randn(5)
    policy = torch.distributions.Categorical(logits=logits)
    wanted = -(policy.log_prob(actions) * better).mean() - 0.3 * policy.entropy().mean()
    theirs = torch_model.policy_loss(logits, actions, better, 0.3)
    ours = numpy_model.policy_loss(
        numpy_model.Tensor(logits.numpy()), actions.numpy(), better.numpy(), 0.3
    )
    torch.testing.assert_close(theirs, wanted)
    assert ours.item() == pytest.approx(wanted.item(), abs=1e-6)


@pytest.mark.parametrize("baseline", [False, True])
def test_a_whole_run_is_the_same(baseline):
    name, fields = "policy-gradient-cartpole", {"hidden": (8,), "baseline": baseline}
    ours = registry.build(name, rng=np.random.default_rng(0), **fields)
    theirs = registry.build(name, "torch", rng=np.random.default_rng(0), **fields)
    start = ours.state_dict()
    settings = {"updates": 4, "episodes": 3, "smoothing": 0.9, "entropy": 0.01}
    returns = [
        module.learn(net, CartPole(), optimizer, rng=np.random.default_rng(1), **settings)
        for module, net, optimizer in (
            (numpy_model, ours, optim.SGD(ours.parameters(), 0.1)),
            (torch_model, theirs, torch.optim.SGD(theirs.parameters(), 0.1)),
        )
    ]
    assert returns[0] == returns[1]
    assert len(returns[0]) == 12
    for key, value in ours.state_dict().items():
        assert np.abs(value - start[key]).max() > 1e-4
        np.testing.assert_allclose(value, theirs.state_dict()[key], rtol=1e-3, atol=1e-4)
