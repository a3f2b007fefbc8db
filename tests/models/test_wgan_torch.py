"""The critic's training is the same in both back ends, the second derivatives of the penalty included."""

import numpy as np
import pytest
import torch

from book_code import interop, optim
from book_code.models import registry
from book_code.models.wgan import numpy_model, torch_model

from .common import model

pytestmark = pytest.mark.torch

PICTURES = {"shape": (1, 8, 8), "generator": (3, 4), "critic": (4, 3), "output": "tanh"}


@pytest.mark.parametrize("settings", [{}, PICTURES], ids=["points", "pictures"])
@pytest.mark.parametrize("name", ["wgan-tiny", "wgan-gp-tiny"])
def test_two_rounds_of_the_game_are_the_same(name, settings):
    rng = np.random.default_rng(0)
    ours = model(name, **settings)
    theirs = registry.model_class(name, "torch")(ours.config).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    mine = [optim.Adam(p.parameters(), 0.01, (0.5, 0.9)) for p in (ours.critic, ours.generator)]
    other = [
        torch.optim.Adam(p.parameters(), 0.01, (0.5, 0.9))
        for p in (theirs.critic, theirs.generator)
    ]
    for _ in range(2):
        x, epsilon = rng.standard_normal((6, *ours.config.shape)), rng.uniform(size=6)
        z, z2 = rng.standard_normal((2, 6, 3))
        one = [numpy_model.critic_step(ours, mine[0], x, z, epsilon) for _ in range(2)]
        one.append(numpy_model.generator_step(ours, mine[1], z2))
        estimate = numpy_model.wasserstein_estimate(ours, x, z)
        x, epsilon, z, z2 = map(torch.from_numpy, (x, epsilon, z, z2))
        two = [torch_model.critic_step(theirs, other[0], x, z, epsilon) for _ in range(2)]
        two.append(torch_model.generator_step(theirs, other[1], z2))
        assert one == pytest.approx(two, rel=1e-8)
        assert estimate == pytest.approx(
            torch_model.wasserstein_estimate(theirs, x, z), rel=1e-7
        )
    for key, value in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[key], value.numpy(), rtol=1e-6, atol=1e-9)


def test_the_penalty_is_that_of_an_independent_formula():
    """For a critic with one hidden layer the slope is written out: w2 ∘ act'(W1 x) W1."""
    net = model("wgan-gp-tiny", critic=(5,))
    rng = np.random.default_rng(1)
    real, fake = rng.standard_normal((2, 7, 2))
    epsilon = rng.uniform(size=7)
    weights = net.critic.state_dict()
    w1 = torch.tensor(weights["main.0.weight"], requires_grad=True)
    b1, w2 = torch.tensor(weights["main.0.bias"]), torch.tensor(weights["main.2.weight"])
    between = torch.tensor(epsilon[:, None] * real + (1 - epsilon[:, None]) * fake)
    bent = 0.2 + 0.8 * (between @ w1.T + b1 > 0).double()
    slope = (w2 * bent) @ w1
    expected = ((slope.norm(dim=1) - 1) ** 2).mean()
    expected.backward()
    penalty = numpy_model.gradient_penalty(net.critic, real, fake, epsilon)
    penalty.backward()
    assert penalty.item() == pytest.approx(expected.item(), rel=1e-9)
    np.testing.assert_allclose(net.critic.main[0].weight.grad.data, w1.grad.numpy(), rtol=1e-6)
    found = torch_model.gradient_penalty(
        lambda x: torch.nn.functional.leaky_relu(x @ w1.T + b1, 0.2) @ w2[0],
        *map(torch.from_numpy, (real, fake, epsilon)),
    )
    assert found.item() == pytest.approx(expected.item(), rel=1e-9)
