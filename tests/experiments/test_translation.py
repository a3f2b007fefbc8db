"""Translation: sentences by length, batches that lose nothing, and step by step as all at once."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import eng_fra  # noqa: E402
from book_code.experiments import _sentences, _translation  # noqa: E402
from book_code.experiments._translation import LABELS, Trained, Training  # noqa: E402
from book_code.models.seq2seq.config import END, PAD, START  # noqa: E402
from book_code.text.bpe import BPE  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

PAIRS = eng_fra.Pairs(
    ("go .", "go .", "i am home .", "i see", "you see me now", "we are all at home now ."),
    ("va !", "allez !", "je suis chez moi .", "je vois", "tu me vois", "on est tous là ."),
)
BOTH = list(zip(PAIRS.english, PAIRS.french, strict=True))
TINY = Training(
    edges=(2, 3, 5, 7), vocabulary=280, embedding=16, hidden=16, heads=2, feedforward=16,
    sentences=2, beam_sentences=1, batch_size=4, longest=9, steps=3,
)  # fmt: skip


@pytest.fixture(scope="module")
def tokenizer():
    return BPE.train(PAIRS.english + PAIRS.french, TINY.vocabulary)


@pytest.fixture
def tokens(tokenizer):
    return [_sentences.as_tokens(tokenizer, *pair) for pair in BOTH]


def trained(label, tokenizer):
    torch.manual_seed(1)
    model = _translation.network(TINY, label, len(tokenizer) + _sentences.FIRST).eval()
    return Trained(model, tokenizer, 0.0, 0.0)


def test_sentences_by_length(tokenizer):
    """Each once, with all its translations; what is too long is left out."""
    found = _sentences.by_length(TINY, tokenizer, BOTH)
    assert found.lengths.tolist() == sorted(found.lengths.tolist())
    assert np.bincount(found.places).tolist() == [2, 2]  # "we are ... ." has seven words
    short = [sorted(map(" ".join, texts)) for texts in found.references[:2]]
    assert sorted(short) == [["allez !", "va !"], ["je vois"]]
    fewer = _sentences.by_length(replace(TINY, sentences=1), tokenizer, BOTH)
    assert np.bincount(fewer.places).tolist() == [1, 1]


def test_sentences_of_frequent_words():
    assert _sentences.common(PAIRS, 1)[0] == {"."}
    assert _sentences.usable(PAIRS, 9, _sentences.common(PAIRS, 0)) == BOTH
    assert _sentences.usable(PAIRS, 4, _sentences.common(PAIRS, 0)) == BOTH[:5]
    assert _sentences.usable(PAIRS, 9, ({"go", "."}, {"va", "!"})) == BOTH[:1]


def test_tokens_say_the_sentence(tokenizer, tokens):
    source, target = tokens[2]
    assert tokenizer.decode(source - _sentences.FIRST) == "i am home ."
    assert (target[0], target[-1]) == (START, END)
    assert tokenizer.decode(target[1:-1] - _sentences.FIRST) == "je suis chez moi ."


def test_batches_hold_every_pair_once_a_pass(tokens):
    stream = _sentences.batches(tokens, 4, np.random.default_rng(0), "cpu")
    for _ in range(2):
        seen = [row for _ in range(2) for row in zip(*next(stream), strict=True)]
        said = sorted(tuple(part[part != PAD].tolist() for part in row) for row in seen)
        assert said == sorted((a.tolist(), b.tolist()) for a, b in tokens)


def test_the_rate_rises_and_falls():
    shares = [_translation.share_of_rate(100, step) for step in range(100)]
    assert shares[9] == max(shares) == 1
    assert shares[:10] == sorted(shares[:10])
    assert shares[9:] == sorted(shares[9:], reverse=True)
    assert 0 < shares[-1] < 0.02
    assert _translation.share_of_rate(1, 0) == 1


@pytest.mark.parametrize("label", LABELS)
def test_step_by_step_is_all_at_once(label, tokenizer, tokens):
    model = trained(label, tokenizer).model
    source, target = (_sentences.padded(rows, "cpu") for rows in zip(*tokens[2:5], strict=True))
    with torch.no_grad():
        whole = model(source, target).numpy()
    begin, step = _translation.steps_of(model)
    state = begin(source)
    for place in range(4):
        logits, state = step(target[:, place].numpy(), state)
        np.testing.assert_allclose(logits, whole[:, place], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("label", LABELS)
def test_a_beam_of_one_is_the_greedy_choice(label, tokenizer, tokens):
    """Alone as among others: padding changes nothing."""
    model, sources = trained(label, tokenizer), [source for source, _ in tokens]
    assert _translation.translate(model, sources, "cpu", 9) == _translation.translate(
        model, sources, "cpu", 9, width=1
    )


@pytest.mark.parametrize("label", LABELS)
def test_every_model_learns_a_few_sentences(label, tokenizer, tokens):
    """Those with one translation come out again word for word."""
    pairs = tuple(tokens[2:])
    texts = _sentences.Texts(
        tokenizer, pairs, pairs, _sentences.by_length(TINY, tokenizer, BOTH)
    )
    config = replace(TINY, steps=150, hidden=32, embedding=32)
    learned = _translation.train(config, texts, label, 0, 1e-2, "cpu")
    assert learned.validation_loss < 0.1
    found = _translation.translate(learned, [source for source, _ in pairs], "cpu", 40)
    assert [" ".join(text) for text in found] == list(PAIRS.french[2:])


def test_padding_counts_neither_as_loss_nor_as_right(tokenizer, tokens):
    model = trained("attention", tokenizer).model
    apart = [_translation.foretold(model, [pair], "cpu") for pair in tokens]
    weights = [len(target) - 1 for _, target in tokens]
    together = _translation.foretold(model, tokens, "cpu")
    expected = np.average(np.array(apart), axis=0, weights=weights)
    assert together == pytest.approx(expected, rel=1e-5)
