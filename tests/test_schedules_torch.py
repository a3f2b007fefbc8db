"""Every schedule against that of torch.optim.lr_scheduler, step by step."""

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler as L

from book_code import schedules

pytestmark = pytest.mark.torch

TOTAL = 20
CASES = {
    "constant": ({}, lambda o: L.ConstantLR(o, 1.0)),
    "step_decay": ({"every": 3, "factor": 0.5}, lambda o: L.StepLR(o, 3, 0.5)),
    "exponential": ({"factor": 0.8}, lambda o: L.ExponentialLR(o, 0.8)),
    "cosine": (
        {"total": TOTAL, "lowest": 0.01},
        lambda o: L.CosineAnnealingLR(o, TOTAL, eta_min=0.01),
    ),
    "linear": (
        {"total": 7, "lowest": 0.1},
        lambda o: L.LinearLR(o, start_factor=1.0, end_factor=0.2, total_iters=7),
    ),
    "linear_warmup": (
        {"warmup": 7, "start": 0.1},
        lambda o: L.LinearLR(o, start_factor=0.2, total_iters=7),
    ),
    "warmup_cosine": (
        {"warmup": 5, "total": TOTAL, "lowest": 0.01},
        lambda o: L.SequentialLR(
            o,
            [L.LinearLR(o, 1e-12, total_iters=5), L.CosineAnnealingLR(o, TOTAL - 5, 0.01)],
            [5],
        ),
    ),
    "one_cycle": ({"total": TOTAL}, lambda o: L.OneCycleLR(o, 0.5, TOTAL)),
    "one_cycle, settings": (
        {"total": TOTAL, "warmup": 0.45, "start": 0.1, "end": 0.01},
        lambda o: L.OneCycleLR(
            o, 0.5, TOTAL, pct_start=0.45, div_factor=10, final_div_factor=10
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_twenty_steps_equal_torchs(name):
    settings, make = CASES[name]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    scheduler = make(optimizer)
    function = getattr(schedules, name.split(",")[0])
    for step in range(TOTAL):
        expected = optimizer.param_groups[0]["lr"]
        assert function(step, 0.5, **settings) == pytest.approx(expected, rel=1e-9, abs=1e-11)
        optimizer.step()
        if step < TOTAL - 1:
            scheduler.step()


def test_they_serve_torch_as_they_are():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    scheduler = L.LambdaLR(optimizer, lambda t: schedules.inverse_square_root(t, 1.0, 4))
    seen = []
    for _ in range(8):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    ours = [schedules.inverse_square_root(t, 0.5, 4) for t in range(8)]
    np.testing.assert_allclose(seen, ours, rtol=1e-12)
