"""The benchmark compares like with like; the numbers themselves are not tested here."""

import numpy as np
import pytest
import torch

from tests.bench import gpu, measure
from tests.bench.__main__ import findings
from tests.bench.steps import KINDS, MODELS, autograd_step, loops_step

pytestmark = [pytest.mark.torch, pytest.mark.native]


@pytest.fixture(autouse=True)
def threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("model", MODELS)
def test_numpy_and_torch_take_the_same_steps(model):
    ours, theirs = (KINDS[kind](model, 2) for kind in ("numpy", "torch"))
    losses = np.array([(ours(), theirs()) for _ in range(3)])
    np.testing.assert_allclose(losses[:, 0], losses[:, 1], rtol=2e-3)
    assert len(set(losses[:, 0])) == 3


@pytest.mark.parametrize("model", ["mlp", "lstm"])
def test_the_peer_learns(model):
    step = autograd_step(model, 4)
    first = step()
    for _ in range(20):
        last = step()
    assert last < first


def test_loops_learn_too():
    step = loops_step("mlp", 2)
    assert step() > step()


def times(ours, theirs, **others):
    steps = {"numpy": ours, "torch": theirs, **others}
    return {name: measure.Times(t, t, t) for name, t in steps.items()}


def test_what_is_found_wrong():
    assert findings("x", times(1, 1, autograd=1.5, loops=10), 1.0, 1.5, 2.0) == []
    assert len(findings("x", times(2, 1, autograd=1.5, loops=10), 2.0, 1.5, 2.1)) == 4


def test_steps_are_timed_in_turn_and_slow_ones_once(monkeypatch):
    order = []
    monkeypatch.setattr(measure, "SLOW", 0.05)
    clock = iter(np.cumsum([0.01] * 10_000))
    monkeypatch.setattr(measure.time, "perf_counter", lambda: next(clock))
    found = measure.in_turn(
        {"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 0.2
    )
    assert "".join(order).startswith("aabbabab")
    assert found["a"].median == pytest.approx(10)

    order.clear()

    def slow():
        order.append("s")
        for _ in range(9):
            next(clock)

    found = measure.in_turn({"a": lambda: order.append("a"), "s": slow}, 0.2)
    assert order.count("s") == 1
    assert found["s"].median == pytest.approx(100)


def test_without_a_gpu_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "no CUDA device" in gpu.report("cuda", False)
    assert "add --tiny" in gpu.report("cpu", False)


@pytest.mark.parametrize("work", gpu.TINY, ids=lambda work: work.title)
def test_the_gpu_path_runs_on_a_processor(work):
    seconds, flops, count, used = gpu.measured(work, 2, "cpu", tiny=True)
    assert min(seconds) > 0
    assert flops > 1000
    assert count == (2 * 12 if work.unit == "tokens" else 2)
    assert used == 0
