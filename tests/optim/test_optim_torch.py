"""Twenty steps of every optimizer against PyTorch's, in float64."""

import numpy as np
import pytest
import torch

from book_code import nn, optim
from book_code.autodiff import Tensor
from book_code.optim import torch_lion

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
    "AdaGrad": (optim.AdaGrad, torch.optim.Adagrad, {}),
    "AdaGrad, all": (
        optim.AdaGrad,
        torch.optim.Adagrad,
        {"lr": 0.3, "eps": 1e-3, "weight_decay": 0.05},
    ),
    "RMSProp": (optim.RMSProp, torch.optim.RMSprop, {}),
    "RMSProp, momentum": (optim.RMSProp, torch.optim.RMSprop, {"momentum": 0.9}),
    "RMSProp, all": (
        optim.RMSProp,
        torch.optim.RMSprop,
        {"lr": 0.01, "alpha": 0.9, "eps": 1e-3, "weight_decay": 0.05, "momentum": 0.8}
        | {"centered": True},
    ),
    "Lion": (optim.Lion, torch_lion.Lion, {}),
    "Lion, all": (
        optim.Lion,
        torch_lion.Lion,
        {"lr": 0.03, "betas": (0.8, 0.95), "weight_decay": 0.2},
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
    one, two = ours(params, **settings), theirs(twins, **settings)
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


@pytest.mark.parametrize(
    ("settings", "twin"),
    [
        ({}, {}),
        ({"lr": 0.05, "momentum": 0.8, "nesterov": False, "weight_decay": 0.0}, {}),
        ({"lr": 0.05, "steps": 3, "scale": "match_rms_adamw"}, {"ns_steps": 3}),
    ],
)
def test_muon_equals_torchs_where_that_does_not_round(settings, twin, monkeypatch):
    """PyTorch orthogonalizes in bfloat16; with that one conversion taken out the steps are equal."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda self: self.clone())
    ours, theirs, arrays = muons(settings, twin)
    for p, q in zip(arrays[0], arrays[1], strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-9, atol=1e-14)
    assert type(ours).__name__ == type(theirs).__name__ == "Muon"


def test_muon_goes_where_torchs_goes_that_does_round():
    start = muons({}, {}, steps=0)[2][0]
    _, _, (params, twins) = muons({"lr": 0.05}, {})
    for w, p, q in zip(start, params, twins, strict=True):
        ours, theirs = p.data - w.data, q.detach().numpy() - w.data
        cosine = (ours * theirs).sum() / np.linalg.norm(ours) / np.linalg.norm(theirs)
        assert cosine > 0.995


def muons(settings, twin, steps=10):
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal((3, 5)), rng.standard_normal((5, 2))]
    params = [Tensor(a, requires_grad=True) for a in arrays]
    twins = [torch.tensor(a, requires_grad=True) for a in arrays]
    names = {"steps": "ns_steps", "scale": "adjust_lr_fn"}
    same = {names.get(k, k): v for k, v in settings.items()} | twin
    one, two = optim.Muon(params, **settings), torch.optim.Muon(twins, **same)
    for _ in range(steps):
        x = rng.standard_normal((4, 3))
        one.zero_grad()
        two.zero_grad()
        (((x @ params[0]).tanh() @ params[1]) ** 2).mean().backward()
        (((torch.from_numpy(x) @ twins[0]).tanh() @ twins[1]) ** 2).mean().backward()
        one.step()
        two.step()
    return one, two, (params, twins)


def test_lion_for_torch_is_its_formula_too():
    """Algorithm 2 of arXiv:2302.06675, line by line."""
    rng, eta, decay, (b1, b2) = np.random.default_rng(0), 0.03, 0.1, (0.8, 0.95)
    theta, m = rng.standard_normal(5), np.zeros(5)
    w, frozen = torch.tensor(theta, requires_grad=True), torch.zeros(2, requires_grad=True)
    optimizer = torch_lion.Lion([w, frozen], eta, (b1, b2), decay)
    for _ in range(10):
        g = rng.standard_normal(5)
        c = b1 * m + (1 - b1) * g
        theta = theta - eta * (np.sign(c) + decay * theta)
        m = b2 * m + (1 - b2) * g
        w.grad = torch.from_numpy(g)
        assert optimizer.step(lambda: 7) == 7
        np.testing.assert_allclose(w.detach(), theta, rtol=1e-12)
    twin = w.detach().clone().requires_grad_()
    other = torch_lion.Lion([twin, frozen], 1.0)
    other.load_state_dict(optimizer.state_dict())
    for p, o in ((w, optimizer), (twin, other)):
        p.grad = torch.ones(5, dtype=torch.float64)
        o.step()
    torch.testing.assert_close(w, twin, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lr": -1}, "must not be negative, got -1"),
        ({"betas": (0.9, 1.0)}, "betas must lie"),
        ({"betas": (0.9,)}, "two betas"),
    ],
)
def test_lion_for_torch_refuses_what_does_not_fit(settings, message):
    with pytest.raises(ValueError, match=message):
        torch_lion.Lion([torch.zeros(2, requires_grad=True)], **settings)


@pytest.mark.parametrize("kind", [1.0, 2.0, 3.0, float("inf")])
@pytest.mark.parametrize("bound", [0.1, 100.0])
def test_clipping_by_norm_equals_torchs(kind, bound):
    ours, theirs = with_gradients()
    total = optim.clip_grad_norm(ours, bound, kind)
    expected = torch.nn.utils.clip_grad_norm_(theirs, bound, kind)
    assert total == pytest.approx(expected.item(), rel=1e-12)
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.grad.data, q.grad, rtol=1e-12)


def test_clipping_by_value_equals_torchs():
    ours, theirs = with_gradients()
    optim.clip_grad_value(ours, 0.3)
    torch.nn.utils.clip_grad_value_(theirs, 0.3)
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(p.grad.data, q.grad)


def with_gradients():
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal((3, 2)), rng.standard_normal(4)]
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    for p, q in zip(ours, theirs, strict=True):
        p.grad, q.grad = Tensor(2 * p.data), torch.tensor(2 * p.data)
    return ours, theirs


def test_the_average_of_weights_equals_torchs():
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    rng = np.random.default_rng(0)
    ours = nn.Linear(3, 2, rng=rng).astype("float64")
    theirs = torch.nn.Linear(3, 2).double()
    theirs.load_state_dict({k: torch.tensor(v) for k, v in ours.state_dict().items()})
    one = optim.ExponentialMovingAverage(ours, 0.9)
    two = AveragedModel(theirs, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    two.update_parameters(theirs)  # the first only copies
    for _ in range(5):
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            p.data = rng.standard_normal(p.shape)
            q.data.copy_(torch.tensor(p.data))
        one.update()
        two.update_parameters(theirs)
    for name, value in two.module.state_dict().items():
        np.testing.assert_allclose(one.state_dict()[name], value, rtol=1e-12)
