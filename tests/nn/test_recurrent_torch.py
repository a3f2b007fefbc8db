"""The recurrent layers against PyTorch's, with packed sequences where lengths differ."""

import itertools

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from book_code import nn
from book_code.autodiff import Tensor

pytestmark = pytest.mark.torch

CASES = list(
    itertools.product(
        [("RNN", {}), ("RNN", {"nonlinearity": "relu"}), ("LSTM", {}), ("GRU", {})],
        [1, 2],
        [False, True],
        [True, False],
        [None, [2, 5, 1, 5]],
    )
)


def name(chosen):
    (kind, more), layers, two, bias, lengths = chosen
    words = [kind, *more.values(), f"{layers} layers"]
    words += (
        ["bidirectional"] * two + ["without bias"] * (not bias) + ["lengths"] * bool(lengths)
    )
    return " ".join(words)


@pytest.mark.parametrize("chosen", CASES, ids=name)
def test_outputs_states_and_gradients_equal_torch(chosen):
    (kind, more), layers, two, bias, lengths = chosen
    settings = {"num_layers": layers, "bidirectional": two, "bias": bias, **more}
    rng = np.random.default_rng(0)
    ours = getattr(nn, kind)(3, 4, **settings, rng=rng).astype("float64")
    theirs = getattr(torch.nn, kind)(3, 4, batch_first=True, **settings).double()
    state = {key: torch.from_numpy(value) for key, value in ours.state_dict().items()}
    assert list(state) == list(theirs.state_dict())
    theirs.load_state_dict(state, strict=True)

    x = rng.standard_normal((4, 5, 3))
    start = rng.standard_normal((1 + (kind == "LSTM"), layers * (1 + two), 4, 4))
    tensors = [Tensor(a, requires_grad=True) for a in (x, *start)]
    given = [torch.from_numpy(a).requires_grad_() for a in (x, *start)]

    begin = tuple(tensors[1:]) if kind == "LSTM" else tensors[1]
    outputs, end = ours(tensors[0], begin, lengths)
    expected, last = run(theirs, given, kind, lengths)
    our_parts = [outputs, *(end if kind == "LSTM" else [end])]
    their_parts = [expected, *(last if kind == "LSTM" else [last])]
    seeds = [rng.standard_normal(part.shape) for part in our_parts]
    for one, other in zip(our_parts, their_parts, strict=True):
        close(one.data, other)

    total = sum((a * s).sum() for a, s in zip(our_parts, seeds, strict=True))
    total.backward()
    sum(
        (a * torch.from_numpy(s)).sum() for a, s in zip(their_parts, seeds, strict=True)
    ).backward()
    for one, other in zip(tensors, given, strict=True):
        close(one.grad.data, other.grad)
    for (key, one), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        close(one.grad.data, other.grad, key)


def run(layer, given, kind, lengths):
    start = tuple(given[1:]) if kind == "LSTM" else given[1]
    if lengths is None:
        return layer(given[0], start)
    packed = pack_padded_sequence(given[0], lengths, batch_first=True, enforce_sorted=False)
    packed, last = layer(packed, start)
    return pad_packed_sequence(packed, batch_first=True)[0], last


def close(ours, theirs, what=""):
    np.testing.assert_allclose(
        ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-12, err_msg=what
    )


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_without_a_state_it_begins_with_zeros(kind):
    ours = getattr(nn, kind)(2, 3, rng=np.random.default_rng(0))
    theirs = getattr(torch.nn, kind)(2, 3, batch_first=True)
    state = {key: torch.from_numpy(value) for key, value in ours.state_dict().items()}
    theirs.load_state_dict(state, strict=True)
    x = np.random.default_rng(1).standard_normal((2, 4, 2)).astype(np.float32)
    np.testing.assert_allclose(
        ours(x).outputs.data, theirs(torch.from_numpy(x))[0].detach().numpy(), atol=1e-6
    )
