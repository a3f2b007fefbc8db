"""The sequence models RNN, LSTM and GRU: shapes, padding, steps, gates, and what they refuse."""

import numpy as np
import pytest

from book_code.autodiff import no_grad
from book_code.models import registry
from book_code.models.gru import GRUConfig
from book_code.models.lstm import LSTMConfig
from book_code.models.rnn import RNNConfig
from book_code.text.decoding import beam_search, greedy

FAMILIES = ["rnn", "lstm", "gru"]


@pytest.fixture(params=FAMILIES)
def build(request):
    return lambda **settings: registry.build(
        f"{request.param}-tiny", rng=np.random.default_rng(0), **settings
    )


@pytest.mark.parametrize(("family", "gates"), [("rnn", 1), ("lstm", 4), ("gru", 3)])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("two", [1, 2])
def test_parameters_by_part(family, gates, layers, two):
    v, e, h, k = 11, 5, 7, 3
    net = registry.build(
        f"{family}-tiny", rng=np.random.default_rng(0), vocabulary=v, in_features=e, hidden=h,
        layers=layers, bidirectional=two == 2, outputs=k,
    )  # fmt: skip
    counts = dict.fromkeys(("embedding", "rnn", "head"), 0)
    for name, parameter in net.named_parameters():
        counts[name.split(".")[0]] += parameter.size
    first = two * gates * h * (e + h + 2)
    more = two * gates * h * (two * h + h + 2)
    assert counts == {
        "embedding": v * e,
        "rnn": first + (layers - 1) * more,
        "head": (two * h + 1) * k,
    }


def test_shapes(build):
    x = np.zeros((2, 9, 2), np.float32)
    assert build()(x).shape == (2, 3)
    assert build(head="step")(x).shape == (2, 9, 3)
    assert build(bidirectional=True, layers=2)(x).shape == (2, 3)
    assert build(vocabulary=5)(np.zeros((2, 9), int)).shape == (2, 3)


@pytest.mark.parametrize("head", ["step", "last"])
@pytest.mark.parametrize("two", [False, True])
def test_padding_is_not_read(build, head, two):
    net = build(vocabulary=9, head=head, bidirectional=two, layers=2)
    x = np.random.default_rng(0).integers(9, size=(3, 6))
    lengths, other = np.array([6, 3, 1]), x.copy()
    for row, length in enumerate(lengths):
        other[row, length:] = (other[row, length:] + 1) % 9
    one, same = net(x, lengths).numpy(), net(other, lengths).numpy()
    np.testing.assert_array_equal(one, same)
    for row, length in enumerate(lengths):
        alone = net(x[row : row + 1, :length]).numpy()[0]
        found = one[row, :length] if head == "step" else one[row]
        np.testing.assert_allclose(found, alone, atol=1e-6)
    assert not np.allclose(net(x).numpy()[1], net(other).numpy()[1])


def test_the_last_head_reads_the_last_state_of_both_directions(build):
    """A change of the first step reaches the backward half at once, of the last step the forward half."""
    net = build(bidirectional=True)
    x = np.random.default_rng(0).standard_normal((1, 4, 2)).astype(np.float32)
    outputs = net.rnn(x).outputs.numpy()[0]  # (T, 2H)
    h = net.config.hidden
    ends = np.concatenate([outputs[-1, :h], outputs[0, h:]])
    expected = ends @ net.head.weight.numpy().T + net.head.bias.numpy()
    np.testing.assert_allclose(net(x).numpy()[0], expected, atol=1e-6)


@pytest.mark.parametrize("layers", [1, 2])
def test_steps_are_the_sequence(build, layers):
    net = build(vocabulary=7, head="step", outputs=7, layers=layers).eval()
    tokens = np.random.default_rng(0).integers(7, size=(3, 5))
    whole, state = net(tokens).numpy(), None
    for t in range(5):
        logits, state = net.step(tokens[:, t], state)
        np.testing.assert_allclose(logits.numpy(), whole[:, t], atol=1e-6)
    parts = state if isinstance(state, tuple) else (state,)
    assert {part.shape for part in parts} == {
        (3, layers, 4 + (net.config.architecture == "RNN"))
    }


def test_a_language_model_can_be_decoded(build):
    net = build(vocabulary=7, head="step", outputs=7, layers=2).eval()
    text = greedy(net.step, 2, length=6)
    for t in range(6):  # each is the most probable after all before it
        before = np.concatenate([[2], text[:t]])[None]
        assert net(before).numpy()[0, -1].argmax() == text[t]
    best = beam_search(net.step, 2, width=3, length=6)[0]
    with no_grad():
        z = net(np.array([[2, *best.tokens[:-1]]])).numpy()[0].astype(float)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    assert best.log_probability == pytest.approx(
        logs[np.arange(6), list(best.tokens)].sum(), rel=1e-5
    )


def test_a_forecast_feeds_on_itself(build):
    for head in ("last", "step"):
        net = build(outputs=2, head=head)
        x = np.random.default_rng(0).standard_normal((2, 4, 2)).astype(np.float32)
        found = net.forecast(x, 3)
        assert found.shape == (2, 3, 2)
        longer = np.concatenate([x, found[:, :2]], axis=1)
        np.testing.assert_allclose(net.forecast(longer, 1)[:, 0], found[:, 2], atol=1e-6)
        last = net(x).numpy()
        np.testing.assert_allclose(found[:, 0], last[:, -1] if head == "step" else last)


def test_gates_make_the_states():
    x = np.random.default_rng(1).standard_normal((2, 5, 2)).astype(np.float32)
    lstm = registry.build("lstm-tiny", rng=np.random.default_rng(0))
    p = lstm.gates(x)
    np.testing.assert_allclose(p["o"] * np.tanh(p["c"]), p["h"], atol=1e-6)
    np.testing.assert_allclose(p["c"][:, -1], lstm.rnn(x).state.c.numpy()[0], atol=1e-6)
    gru = registry.build("gru-tiny", rng=np.random.default_rng(0))
    p = gru.gates(x)
    np.testing.assert_allclose(
        (1 - p["z"][:, 1:]) * p["n"][:, 1:] + p["z"][:, 1:] * p["h"][:, :-1],
        p["h"][:, 1:],
        atol=1e-6,
    )
    np.testing.assert_allclose(p["h"], gru.rnn(x).outputs.numpy(), atol=1e-6)


def test_gates_start_as_the_configuration_says():
    rng, h = np.random.default_rng(0), 500
    plain = registry.build("lstm-tiny", rng=rng, hidden=h, layers=2, bidirectional=True)
    for name, value in plain.rnn.state_dict().items():
        if name.startswith("bias_ih"):
            assert (value[h : 2 * h] == 1).all()
            assert (value[:h] != 0).all()
        elif name.startswith("bias_hh"):
            assert (value[: 2 * h] == 0).all()
            assert (value[2 * h :] != 0).all()
    state = registry.build("lstm-tiny", rng=rng, hidden=h, chrono=100).rnn.state_dict()
    forget = state["bias_ih_l0"][h : 2 * h]
    assert np.exp(forget).mean() == pytest.approx(50, abs=4)
    assert 0 <= forget.min() <= forget.max() <= np.log(99) + 1e-6
    np.testing.assert_array_equal(state["bias_ih_l0"][:h], -forget)
    state = registry.build("gru-tiny", rng=rng, hidden=h, chrono=100).rnn.state_dict()
    assert np.exp(state["bias_ih_l0"][h : 2 * h]).mean() == pytest.approx(50, abs=4)
    assert (state["bias_hh_l0"][h : 2 * h] == 0).all()


@pytest.mark.parametrize("config", [RNNConfig, LSTMConfig, GRUConfig])
def test_a_dropout_of_one_is_refused(config):
    with pytest.raises(ValueError, match=r"dropout must be below 1; got 1\.0"):
        config(dropout=1.0)


@pytest.mark.parametrize("config", [LSTMConfig, GRUConfig])
def test_too_short_a_memory_is_refused(config):
    with pytest.raises(ValueError, match="chrono must be at least 3; got 2"):
        config(chrono=2)


def test_bad_input_is_refused_in_words(build):
    with pytest.raises(ValueError, match=r"sequences of shape \(N, T, 2\)"):
        build()(np.zeros((2, 9, 3), np.float32))
    with pytest.raises(ValueError, match="lengths must be from 1 to the 4 steps"):
        build()(np.zeros((2, 4, 2), np.float32), [4, 5])
    with pytest.raises(ValueError, match="7"):
        build(vocabulary=7)(np.full((2, 4), 7))
    with pytest.raises(ValueError, match="bidirectional model needs the whole sequence"):
        build(bidirectional=True).step(np.zeros((1, 2), np.float32))
    with pytest.raises(ValueError, match="numbers that go in and as many that come out"):
        build().forecast(np.zeros((1, 4, 2), np.float32), 1)
    for family in ("lstm", "gru"):
        with pytest.raises(ValueError, match="one layer and one direction"):
            registry.build(f"{family}-tiny", rng=np.random.default_rng(0), layers=2).gates(
                np.zeros((1, 4, 2), np.float32)
            )
