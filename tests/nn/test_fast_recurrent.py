"""LSTM and GRU layers at one go against the same layers step by step."""

import numpy as np
import pytest

from book_code import nn
from book_code.autodiff import Tensor, grad
from book_code.nn.scan import by_steps

KINDS = {"LSTM": nn.LSTM, "GRU": nn.GRU}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("lengths", [None, [4, 1, 3]])
def test_at_one_go_is_step_by_step(name, reverse, bias, lengths):
    rng = np.random.default_rng(0)
    layer = KINDS[name](2, 5, bias=bias, rng=rng).astype("float64")
    rows = layer.gates * 5
    given = [rng.standard_normal(s) for s in ((4, 3, rows), (rows, 5), (rows,))]
    given += [rng.standard_normal((3, 5)) for _ in range(layer.parts)]
    real = None if lengths is None else np.arange(4)[:, None] < lengths
    settings = {"step": layer.step, "real": real, "reverse": reverse}
    found = []
    for run in (type(layer).layer, by_steps):
        values = [Tensor(a, requires_grad=True) for a in given]
        if not bias:
            values[2] = None
        out = run(*values, **settings)
        seed = np.random.default_rng(1).standard_normal(out.shape)
        found.append([out, *grad(out, [v for v in values if v is not None], seed=seed)])
    assert len(found[0]) == 4 + bias + layer.parts - 1
    for fast, plain in zip(*found, strict=True):
        np.testing.assert_allclose(fast.data, plain.data, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", KINDS)
def test_huge_inputs_give_finite_results(name):
    layer = KINDS[name](1, 2, rng=np.random.default_rng(0))
    x = Tensor(np.array([[[-1e4], [1e4], [0.0]]], np.float32), requires_grad=True)
    outputs = layer(x).outputs
    outputs.sum().backward()
    assert outputs.dtype == np.float32
    assert np.isfinite(outputs.data).all()
    assert np.isfinite(x.grad.data).all()


@pytest.mark.parametrize("name", KINDS)
def test_a_state_at_the_end_may_be_all_that_is_used(name):
    layer = KINDS[name](2, 3, rng=np.random.default_rng(0))
    x = Tensor(np.ones((2, 4, 2), np.float32), requires_grad=True)
    state = layer(x).state
    (state if name == "GRU" else state.c).sum().backward()
    assert np.abs(x.grad.data).min(axis=(0, 2)).min() > 0
