"""Twenty steps of every optimizer against PyTorch's, in float64."""

import numpy as np
import pytest
import torch

from book_code import optim
from book_code.autodiff import Tensor

pytestmark = pytest.mark.torch

CASES = {
    "SGD": (optim.SGD, torch.optim.SGD, {"lr": 0.1}),
    "momentum": (optim.SGD, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "nesterov": (optim.SGD, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    "decay": (optim.SGD, torch.optim.SGD, {"lr": 0.1, "weight_decay": 0.05}),
    "all": (
        optim.SGD,
        torch.optim.SGD,
        {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.05},
    ),
    "Adam": (optim.Adam, torch.optim.Adam, {}),
    "Adam, all": (
        optim.Adam,
        torch.optim.Adam,
        {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.05},
    ),
    "AdamW": (optim.AdamW, torch.optim.AdamW, {}),
    "AdamW, all": (
        optim.AdamW,
        torch.optim.AdamW,
        {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.2},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_twenty_steps_equal_torch(name):
    ours, theirs, settings = CASES[name]
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal((3, 2)), rng.standard_normal(2), rng.standard_normal(4)]
    params = [Tensor(a, requires_grad=True) for a in arrays]
    twins = [torch.tensor(a, requires_grad=True) for a in arrays]
    one, two = ours(params, **{"lr": 1e-3} | settings), theirs(twins, **settings)
    for step in range(20):
        x = rng.standard_normal((5, 3))
        one.zero_grad()
        two.zero_grad()
        ((x @ params[0] + params[1]).tanh() ** 2).mean().backward()
        ((torch.from_numpy(x) @ twins[0] + twins[1]).tanh() ** 2).mean().backward()
        one.step()  # the third parameter never gets a gradient
        two.step()
        if step == 10:  # schedules change the rate on the way
            one.lr /= 2
            two.param_groups[0]["lr"] /= 2
    for p, q in zip(params, twins, strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-9)
