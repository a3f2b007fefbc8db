"""What the sentiment experiments read, and that pretraining reaches the model that is fine-tuned."""

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import rt_polarity  # noqa: E402
from book_code.experiments import _bert_sentiment, _sentiment_text  # noqa: E402
from book_code.experiments._sentiment_text import CLS, PAD, SEP  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = dataclasses.replace(
    _bert_sentiment.Training().quick(), length=32, labelled=(40,), fine_epochs=(1,)
)


@pytest.fixture(scope="module")
def texts():
    return _sentiment_text.read(CONFIG.reviews, CONFIG.vocabulary, CONFIG.length)


def test_a_sentence_is_framed_cut_and_filled(texts):
    assert texts.tokens.shape == (10_662, 32)
    assert (texts.tokens[:, 0] == CLS).all()
    assert ((texts.tokens == SEP).sum(axis=1) == 1).all()
    filled = texts.tokens == PAD
    assert (np.diff(filled.astype(int), axis=1) >= 0).all(), "padding stands at the end"
    whole = texts.tokens[0][texts.tokens[0] != PAD][1:-1]
    assert texts.pieces.decode(whole) == "simplistic , silly and tedious ."


def test_no_sentence_held_out_is_pretrained_on(texts):
    """Every training sentence is in the stream, from one [SEP] to the next; no other one is."""
    ends = np.flatnonzero(texts.stream == SEP)
    lines = {tuple(line.tolist()) for line in np.split(texts.stream, ends + 1)}
    cut = [(*texts.pieces.encode(text), SEP) for text in texts.sentences.texts]
    assert all(cut[row] in lines for row in texts.sentences.train)
    for part in (texts.sentences.validation, texts.sentences.test):
        held_out = [
            cut[row] for row in part if len(rt_polarity.spelt(texts.sentences.texts[row])) > 2
        ]
        assert not [line for line in held_out if line in lines]


def test_every_sentence_is_in_one_batch(texts):
    rows = np.random.default_rng(0).permutation(700)
    parts = list(_bert_sentiment.batches(texts, rows, 32))
    assert sorted(np.concatenate(parts).tolist()) == list(range(700))
    assert max(map(len, parts)) == 32
    lengths = (texts.tokens != PAD).sum(axis=1)
    inside = np.mean([np.ptp(lengths[part]) for part in parts])
    assert inside < 0.5 * np.mean([np.ptp(lengths[part]) for part in np.split(rows[:672], 21)])


def test_as_much_praise_as_blame_is_drawn_from_the_training_sentences(texts):
    rows = _bert_sentiment.drawn(texts, 100, 1)
    assert texts.sentences.y[rows].tolist().count(1) == 50
    assert set(rows) <= set(texts.sentences.train)
    assert len(set(rows)) == 100
    assert set(rows) != set(_bert_sentiment.drawn(texts, 100, 2))


def test_a_bag_holds_the_words_of_its_sentence(texts):
    rows = texts.sentences.train[:50]
    known = _sentiment_text.known_words(texts, rows, 2)
    bag = _sentiment_text.bags(texts, rows, known)
    for row, held in zip(rows, bag, strict=True):
        names = {word for word, place in known.items() if held[place]}
        assert names == set(texts.words[row]) & set(known)


def test_fine_tuning_begins_with_what_pretraining_has_learned(texts, monkeypatch):
    """All layers and embeddings are taken over; the head alone is new."""
    before = _bert_sentiment.pretrain(CONFIG, texts, 0, "cpu")
    seen = {}

    def slanted(model, rate, steps):
        seen.update({name: value.clone() for name, value in model.state_dict().items()})
        return original(model, rate, steps)

    original = _bert_sentiment.slanted
    monkeypatch.setattr(_bert_sentiment, "slanted", slanted)
    rows = _bert_sentiment.drawn(texts, 40, 0)
    _bert_sentiment.fine_tune(
        CONFIG, texts, rows, texts.sentences.validation[:50], 0, 1e-3, 1, before.state, "cpu"
    )
    new = {name for name in seen if name not in before.state}
    assert {name.split(".")[0] for name in new} == {"pooler", "classifier"}
    assert all(torch.equal(seen[name], before.state[name]) for name in seen.keys() - new)


def test_hidden_pieces_are_learned(texts):
    """Where every piece is said many times in a row, its neighbours soon tell a hidden one."""
    stream = np.repeat(texts.tokens[5_331][1:9], 300)
    config = dataclasses.replace(
        CONFIG, steps=150, windows=8, pretraining_rate=1e-2, dropout=0.0
    )
    same = dataclasses.replace(texts, stream=stream)
    losses = _bert_sentiment.pretrain(config, same, 0, "cpu").losses
    assert losses[-1] < 0.6 * losses[0]
