"""The recurrent layers by themselves: gradients, lengths, what they refuse."""

import numpy as np
import pytest

from book_code import nn
from book_code.autodiff import Tensor, check_grads
from book_code.nn.recurrent import real_steps

LAYERS = {
    "RNN": lambda **s: nn.RNN(2, 3, **s),
    "RNN relu": lambda **s: nn.RNN(2, 3, nonlinearity="relu", **s),
    "LSTM": lambda **s: nn.LSTM(2, 3, **s),
    "GRU": lambda **s: nn.GRU(2, 3, **s),
}


@pytest.fixture(params=LAYERS)
def make(request):
    return LAYERS[request.param]


def parts(state):
    return list(state) if isinstance(state, tuple) else [state]


def test_gradients_of_first_and_second_order(make):
    layer = make(bidirectional=True, num_layers=2, rng=np.random.default_rng(0))
    parameters = dict(layer.astype("float64").named_parameters())

    def f(x, *values):
        outputs, state = nn.functional_call(
            Given(layer), dict(zip((f"layer.{n}" for n in parameters), values, strict=True)), x
        )
        return outputs.sum(1) + sum(part.sum() for part in parts(state))

    x = np.random.default_rng(1).standard_normal((3, 3, 2))
    check_grads(f, [x, *(p.data for p in parameters.values())], rtol=1e-4)


class Given(nn.Module):
    """A layer that is told lengths."""

    def __init__(self, layer):
        self.layer = layer

    def forward(self, x):
        return self.layer(x, lengths=[3, 1, 2])


@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_short_sequence_is_as_if_alone(make, bidirectional):
    layer = make(num_layers=2, bidirectional=bidirectional, rng=np.random.default_rng(0))
    x = np.random.default_rng(1).standard_normal((3, 5, 2)).astype(np.float32)
    lengths = [5, 2, 1]
    outputs, state = layer(x, lengths=lengths)
    for n, length in enumerate(lengths):
        alone, end = layer(x[n : n + 1, :length])
        np.testing.assert_allclose(outputs.data[n, :length], alone.data[0], atol=1e-6)
        assert (outputs.data[n, length:] == 0).all()
        for part, same in zip(parts(state), parts(end), strict=True):
            np.testing.assert_allclose(part.data[:, n], same.data[:, 0], atol=1e-6)


def test_what_stands_after_the_end_changes_nothing(make):
    layer = make(bidirectional=True, rng=np.random.default_rng(0))
    x = np.random.default_rng(1).standard_normal((2, 4, 2)).astype(np.float32)
    x = Tensor(x, requires_grad=True)
    outputs, state = layer(x, lengths=[4, 2])
    (outputs.sum() + sum(part.sum() for part in parts(state))).backward()
    assert (x.grad.data[1, 2:] == 0).all()
    assert (x.grad.data[1, :2] != 0).any()


def test_a_sequence_in_two_halves_is_the_sequence(make):
    layer = make(num_layers=2, rng=np.random.default_rng(0))
    x = np.random.default_rng(1).standard_normal((2, 6, 2)).astype(np.float32)
    whole = layer(x)
    first = layer(x[:, :4])
    second = layer(x[:, 4:], first.state)
    np.testing.assert_allclose(whole.outputs.data[:, 4:], second.outputs.data, atol=1e-6)
    for one, other in zip(parts(whole.state), parts(second.state), strict=True):
        np.testing.assert_allclose(one.data, other.data, atol=1e-6)


def test_types_stay(make):
    layer = make(rng=np.random.default_rng(0))
    outputs, state = layer(np.ones((2, 3, 2)), lengths=[3, 2])
    assert {t.dtype for t in (outputs, *parts(state))} == {np.dtype(np.float32)}
    outputs.sum().backward()
    assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}


def test_dropout_is_between_layers_and_in_training_only():
    x = np.ones((1, 3, 2), np.float32)
    one = nn.GRU(2, 3, dropout=0.5, rng=np.random.default_rng(0))
    two = nn.GRU(2, 3, num_layers=2, dropout=0.5, rng=np.random.default_rng(0))
    assert np.array_equal(one(x).outputs.data, one(x).outputs.data)
    assert not np.array_equal(two(x).outputs.data, two(x).outputs.data)
    two.eval()
    assert np.array_equal(two(x).outputs.data, two(x).outputs.data)


def test_an_empty_batch_gives_an_empty_batch(make):
    outputs, state = make(rng=np.random.default_rng(0))(np.zeros((0, 4, 2), np.float32))
    assert outputs.shape == (0, 4, 3)
    assert parts(state)[0].shape == (1, 0, 3)


RNG = np.random.default_rng(0)
X = np.zeros((2, 3, 4), np.float32)
BAD = [
    (lambda: nn.RNN(0, 1, rng=RNG), ValueError, "RNN expected sizes of at least 1"),
    (lambda: nn.RNN(4, 5, nonlinearity="sin", rng=RNG), ValueError, "got 'sin'"),
    (lambda: nn.GRU(4, 5, dropout=1.0, rng=RNG), ValueError, "GRU expected a dropout"),
    (lambda: nn.LSTM(3, 5, rng=RNG)(X), ValueError, r"LSTM expected sequences of shape \(N, T, 3\)"),
    (lambda: nn.LSTM(4, 5, rng=RNG)(X[0]), ValueError, r"add the axis of the batch: x\[None\]"),
    (lambda: nn.LSTM(4, 5, rng=RNG)(X[:, :0]), ValueError, "at least one step"),
    (lambda: nn.LSTM(4, 5, rng=RNG)(X.astype(int)), TypeError, "floating-point inputs"),
    (
        lambda: nn.LSTM(4, 5, rng=RNG)(X, np.zeros((1, 2, 5))),
        ValueError,
        r"two tensors \(h, c\) of shape \(1, 2, 5\)",
    ),
    (
        lambda: nn.GRU(4, 5, rng=RNG)(X, np.zeros((2, 5))),
        ValueError,
        r"one tensor of shape \(1, 2, 5\), got \(2, 5\)",
    ),
    (lambda: real_steps([1.0], 1, 2), TypeError, "whole numbers, got float64"),
    (lambda: real_steps([1], 2, 2), ValueError, "expected 2 lengths"),
    (lambda: real_steps([0, 1], 2, 2), ValueError, "from 1 to the 2 steps of the batch, got 0 to 1"),
    (lambda: real_steps([3, 1], 2, 2), ValueError, "got 1 to 3"),
]  # fmt: skip


@pytest.mark.parametrize(("do", "error", "words"), BAD)
def test_bad_input_is_refused_in_words(do, error, words):
    with pytest.raises(error, match=words):
        do()


def test_saying_what_it_is():
    layer = nn.LSTM(3, 5, num_layers=2, bidirectional=True, rng=np.random.default_rng(0))
    assert repr(layer) == "LSTM(3, 5, num_layers=2, bidirectional=True)"


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_what_stands_after_an_end_is_never_read(kind):
    layer = kind(4, 2, bidirectional=True, rng=np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(2, 3, 4)).astype(np.float32)
    found = []
    for padding in (0.0, np.nan):
        x[1, 1:] = padding
        for p in layer.parameters():
            p.grad = None
        outputs = layer(x, lengths=[3, 1]).outputs
        outputs.sum().backward()
        found.append([outputs.numpy(), *(p.grad.numpy() for p in layer.parameters())])
    for zeros, nans in zip(*found, strict=True):
        np.testing.assert_array_equal(nans, zeros)
