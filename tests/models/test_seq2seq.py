"""Encoder-decoder models: padding, teacher forcing, steps, attention weights, and what they refuse."""

import numpy as np
import pytest

from book_code.autodiff import Tensor
from book_code.models import registry
from book_code.models.seq2seq import (
    END,
    START,
    AttentionSeq2SeqConfig,
    Seq2SeqConfig,
    teacher_forcing,
)
from book_code.models.seq2seq.numpy_parts import reversed_rows

KINDS = {
    "plain lstm": ("seq2seq-tiny", {"layers": 2}),
    "plain gru": ("seq2seq-tiny", {"cell": "gru", "reverse_source": False}),
    "additive": ("attention-seq2seq-tiny", {"layers": 2}),
    "additive lstm": ("attention-seq2seq-tiny", {"cell": "lstm"}),
    "general": ("attention-seq2seq-tiny", {"attention": "general"}),
    "dot": ("attention-seq2seq-tiny", {"attention": "dot", "bidirectional": False}),
}
LOOKING = [name for name in KINDS if not name.startswith("plain")]
SOURCE = np.array([[3, 4, 5, 6], [6, 5, 0, 0], [4, 0, 0, 0]])
TARGET = np.array([[START, 3, 4, 5, END], [START, 5, END, 0, 0], [START, 4, 3, END, 0]])


def build(kind, **more):
    name, settings = KINDS[kind]
    settings = {"hidden": 6, **settings, **more}
    return registry.build(name, rng=np.random.default_rng(0), **settings).astype("float64")


@pytest.fixture(params=KINDS)
def model(request):
    return build(request.param)


def test_padding_of_the_source_changes_nothing(model):
    whole = model(SOURCE, TARGET[:, :-1]).numpy()
    for row, length in enumerate((4, 2, 1)):
        alone = model(SOURCE[row : row + 1, :length], TARGET[row : row + 1, :-1]).numpy()
        np.testing.assert_allclose(whole[row], alone[0], atol=1e-12)


def test_padding_of_the_target_does_not_count(model):
    longer = np.concatenate([TARGET, np.zeros((3, 2), int)], axis=1)
    one = teacher_forcing(model, SOURCE, TARGET).item()
    assert teacher_forcing(model, SOURCE, longer).item() == pytest.approx(one, rel=1e-12)
    logits = model(SOURCE, TARGET[:, :-1]).numpy()
    logs = logits - np.logaddexp.reduce(logits, axis=2, keepdims=True)
    right = [
        logs[n, t, TARGET[n, t + 1]] for n in range(3) for t in range(4) if TARGET[n, t + 1]
    ]
    assert one == pytest.approx(-np.mean(right), rel=1e-12)


def test_no_step_sees_what_comes_after(model):
    before = model(SOURCE, TARGET).numpy()
    changed = TARGET.copy()
    changed[:, 3] = 4 - changed[:, 3] % 2
    after = model(SOURCE, changed).numpy()
    np.testing.assert_array_equal(before[:, :3], after[:, :3])
    assert not np.allclose(before[:, 3], after[:, 3])


def test_steps_are_the_teacher_forced_pass(model):
    logits, state = model(SOURCE, TARGET).numpy(), model.begin(SOURCE)
    for t in range(TARGET.shape[1]):
        one, state = model.step(TARGET[:, t], state)
        np.testing.assert_allclose(one.numpy(), logits[:, t], atol=1e-12)


def test_a_translation_is_what_the_model_finds_most_probable(model):
    for row, words in zip(SOURCE, model.translate(SOURCE, length=5), strict=True):
        text = [START]
        for _ in range(5):
            text.append(int(model(row[None], np.array([text])).numpy()[0, -1].argmax()))
            if text[-1] == END:
                break
        assert words == [token for token in text[1:] if token != END]
    wide = model.translate(SOURCE, length=5, width=4)
    for row, narrow, words in zip(SOURCE, model.translate(SOURCE, length=5), wide, strict=True):
        assert score(model, row, words) >= score(model, row, narrow) - 1e-9


def score(model, source, words, length=5):
    """The mean log-probability that translate ranks by."""
    text = [START, *words] + [END] * (len(words) < length)
    logits = model(source[None], np.array([text[:-1]])).numpy()[0]
    logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return np.mean([logs[t, token] for t, token in enumerate(text[1:])])


@pytest.mark.parametrize("kind", LOOKING)
def test_weights_add_up_to_one_and_leave_padding_out(kind):
    weights = build(kind).alignment(SOURCE, TARGET)
    assert weights.shape == (3, 5, 4)
    np.testing.assert_allclose(weights.sum(axis=2), 1)
    assert (weights[1, :, 2:] == 0).all()
    assert (weights[2, :, 0] == 1).all()
    assert (weights[0] > 0).all()


@pytest.mark.parametrize("kind", ["general", "dot"])
def test_luong_by_hand(kind):
    net = build(kind)
    m = net.encode(SOURCE)
    h = net.decoder(net.embedding(TARGET), m["state"]).outputs.numpy()
    memory = m["memory"].numpy()
    w = np.eye(6) if kind == "dot" else net.attention.key.weight.numpy()
    scores = np.einsum("nth,hm,nsm->nts", h, w, memory)
    scores[np.broadcast_to((SOURCE == 0)[:, None], scores.shape)] = -np.inf
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    weights = e / e.sum(axis=2, keepdims=True)
    np.testing.assert_allclose(net.alignment(SOURCE, TARGET), weights, atol=1e-12)
    context = np.einsum("nts,nsm->ntm", weights, memory)
    both = np.concatenate([context, h], axis=2)
    features = np.tanh(both @ net.combine.weight.numpy().T)
    logits = features @ net.output.weight.numpy().T + net.output.bias.numpy()
    np.testing.assert_allclose(net(SOURCE, TARGET).numpy(), logits, atol=1e-12)


def test_bahdanau_by_hand():
    net = build("additive", layers=1)
    m = net.encode(SOURCE)
    h, memory = m["state"].numpy()[0], m["memory"].numpy()
    p = net.attention.state_dict()
    hidden = np.tanh(
        (h @ p["query.weight"].T + p["query.bias"])[:, None] + memory @ p["key.weight"].T
    )
    scores = np.where(SOURCE == 0, -np.inf, hidden @ p["score.weight"][0])
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = e / e.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(net.alignment(SOURCE, TARGET)[:, 0], weights, atol=1e-12)
    context = np.einsum("ns,nsm->nm", weights, memory)
    word = net.embedding(TARGET[:, 0]).numpy()
    seen = np.concatenate([word, context], axis=1)
    s = net.decoder(Tensor(seen[:, None]), Tensor(h[None])).outputs.numpy()[:, 0]
    features = np.concatenate([s, seen], axis=1)
    logits = features @ net.output.weight.numpy().T + net.output.bias.numpy()
    np.testing.assert_allclose(net(SOURCE, TARGET).numpy()[:, 0], logits, atol=1e-12)


def test_the_first_state_joins_both_directions_of_each_layer():
    net = build("additive")
    state = net.encoder(
        SOURCE
    ).state.numpy()  # forward and backward of layer 0, then of layer 1
    first = net.encode(SOURCE)["state"].numpy()
    bridge = net.bridge[0]
    for layer in range(2):
        both = np.concatenate([state[2 * layer], state[2 * layer + 1]], axis=1)
        expected = np.tanh(both @ bridge.weight.numpy().T + bridge.bias.numpy())
        np.testing.assert_allclose(first[layer], expected, atol=1e-12)


def test_sources_are_reversed_before_their_padding():
    found = reversed_rows(SOURCE, np.array([4, 2, 1]))
    assert found.tolist() == [[6, 5, 4, 3], [5, 6, 0, 0], [4, 0, 0, 0]]
    one = build("plain lstm")
    other = build("plain lstm", reverse_source=False)
    other.load_state_dict(one.state_dict())
    np.testing.assert_array_equal(one(SOURCE, TARGET).numpy(), other(found, TARGET).numpy())


def test_bad_input_is_refused_in_words(model):
    bad = [
        (np.array([[3, 0, 4]]), "padding .0. at its end only"),
        (np.array([[0, 0]]), "at least one token"),
        (np.array([3, 4]), r"integers of shape \(N, S\); got int(32|64) of \(2,\)"),
        (np.ones((1, 2)), "got float64"),
        (np.array([[3, 7]]), "7"),
    ]
    for source, words in bad:
        with pytest.raises(ValueError, match=words):
            model(source, TARGET[:1])
    with pytest.raises(ValueError, match="6"):
        model(SOURCE[:1], np.array([[START, 6]]))


def test_configurations_that_cannot_work_are_refused():
    with pytest.raises(ValueError, match="take bidirectional=False"):
        AttentionSeq2SeqConfig(attention="dot")
    with pytest.raises(ValueError, match="vocabularies of at least 4"):
        Seq2SeqConfig(target_vocabulary=3)
    with pytest.raises(ValueError, match="dropout must be below 1"):
        Seq2SeqConfig(dropout=1.0)
