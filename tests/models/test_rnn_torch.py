"""Helpers of the sequence models are the same in both back ends, and PyTorch's own start follows the configuration."""

import numpy as np
import pytest
import torch

from book_code import interop
from book_code.models import registry

pytestmark = pytest.mark.torch


def twins(name, **settings):
    ours = registry.build(name, rng=np.random.default_rng(0), **settings).astype("float64")
    theirs = registry.model_class(name, "torch")(registry.config(name, **settings)).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    return ours.eval(), theirs.eval()


@pytest.mark.parametrize("family", ["rnn", "lstm", "gru"])
def test_steps_are_the_same(family):
    ours, theirs = twins(f"{family}-tiny", vocabulary=7, head="step", outputs=7, layers=2)
    one = other = None
    for tokens in np.random.default_rng(0).integers(7, size=(4, 3)):
        logits, one = ours.step(tokens, one)
        expected, other = theirs.step(tokens, other)
        np.testing.assert_allclose(logits.numpy(), expected.numpy(), rtol=1e-9)
    with pytest.raises(ValueError, match="has no step"):
        twins(f"{family}-tiny", bidirectional=True)[1].step(np.zeros((1, 2)))


@pytest.mark.parametrize("family", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("head", ["step", "last"])
def test_forecasts_are_the_same(family, head):
    ours, theirs = twins(f"{family}-tiny", outputs=2, head=head)
    x = np.random.default_rng(0).standard_normal((2, 4, 2))
    expected = theirs.forecast(torch.from_numpy(x), 3).numpy()
    np.testing.assert_allclose(ours.forecast(x, 3), expected, rtol=1e-9)
    with pytest.raises(ValueError, match="as many that come out"):
        twins(f"{family}-tiny")[1].forecast(torch.from_numpy(x), 1)


@pytest.mark.parametrize("family", ["lstm", "gru"])
def test_gates_are_the_same(family):
    ours, theirs = twins(f"{family}-tiny")
    x = np.random.default_rng(0).standard_normal((2, 4, 2))
    one, other = ours.gates(x), theirs.gates(torch.from_numpy(x))
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_allclose(one[name], other[name].numpy(), rtol=1e-9, err_msg=name)
    with pytest.raises(ValueError, match="one layer and one direction"):
        twins(f"{family}-tiny", layers=2)[1].gates(torch.from_numpy(x))


def test_gates_start_as_the_configuration_says():
    h = 500
    kind = registry.model_class("lstm-tiny", "torch")
    state = kind(registry.config("lstm-tiny", hidden=h)).rnn.state_dict()
    assert (state["bias_ih_l0"][h : 2 * h] == 1).all()
    assert (state["bias_hh_l0"][: 2 * h] == 0).all()
    torch.manual_seed(0)
    state = kind(registry.config("lstm-tiny", hidden=h, chrono=100)).rnn.state_dict()
    forget = state["bias_ih_l0"][h : 2 * h]
    assert forget.exp().mean() == pytest.approx(50, abs=5)
    assert torch.equal(state["bias_ih_l0"][:h], -forget)
    kind = registry.model_class("gru-tiny", "torch")
    state = kind(registry.config("gru-tiny", hidden=h, chrono=100)).rnn.state_dict()
    assert state["bias_ih_l0"][h : 2 * h].exp().mean() == pytest.approx(50, abs=5)
    assert (state["bias_hh_l0"][h : 2 * h] == 0).all()
