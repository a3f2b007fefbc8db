"""BERT: sizes, heads, what is hidden and guessed, where an answer is, what is refused."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.bert import BERTConfig
from book_code.models.bert.numpy_model import IGNORED, best_span, mask_tokens

from .common import model

TOKENS = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 0, 0]])
SHAPES = {
    "none": (2, 5, 8),
    "masked": (2, 5, 11),
    "sentence": (2, 3),
    "pair": (2, 2),
    "tokens": (2, 5, 3),
    "span": (2, 5, 2),
}


def test_the_sizes_of_section_3():
    base, large = BERTConfig(), registry.config("bert-large")
    assert (base.layers, base.embed_dim, base.heads) == (12, 768, 12)
    assert (large.layers, large.embed_dim, large.heads) == (24, 1024, 16)
    assert base.feedforward == 4 * base.embed_dim


@pytest.mark.parametrize("head", SHAPES)
def test_every_head_says_what_it_is_for(head):
    net = model("bert-tiny", head=head).eval()
    assert net(TOKENS).shape == SHAPES[head]
    assert net.features(TOKENS).shape == (2, 5, 8)


def test_every_token_sees_what_comes_later_and_nobody_sees_padding():
    net = model("bert-tiny").eval()
    other = TOKENS.copy()
    other[0, 4] = 7
    assert np.abs(net(TOKENS).numpy() - net(other).numpy())[0, 0].max() > 1e-6
    longer = np.pad(TOKENS, ((0, 0), (0, 4)))
    np.testing.assert_allclose(net(TOKENS).numpy(), net(longer).numpy()[:, :5], rtol=1e-9)


def test_the_sentence_of_a_token_matters():
    net = model("bert-tiny").eval()
    assert np.abs(net(TOKENS).numpy() - net(TOKENS, np.ones_like(TOKENS)).numpy()).max() > 1e-6


def test_of_the_chosen_tokens_most_are_hidden_some_change_some_stay():
    rng = np.random.default_rng(0)
    tokens = rng.integers(5, 100, size=(200, 100))
    tokens[:, 0] = 2
    hidden, labels = mask_tokens(tokens, mask=4, vocabulary=100, special=(0, 2), rng=rng)
    chosen = labels != IGNORED
    assert chosen.mean() == pytest.approx(0.15, abs=0.01)
    assert not chosen[:, 0].any()
    assert np.array_equal(hidden[~chosen], tokens[~chosen])
    assert np.array_equal(labels[chosen], tokens[chosen])
    assert (hidden[chosen] == 4).mean() == pytest.approx(0.8, abs=0.02)
    assert (hidden[chosen] == tokens[chosen]).mean() == pytest.approx(0.1, abs=0.02)


def test_the_best_answer_does_not_end_before_it_begins():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(50, 7, 2))
    starts, ends = best_span(logits, longest=3)
    for row, start, end in zip(logits, starts, ends, strict=True):
        sums = {
            (i, j): row[i, 0] + row[j, 1] for i in range(7) for j in range(i, min(i + 3, 7))
        }
        assert (start, end) == max(sums, key=sums.get)


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([[11]], "token 11 is not in the vocabulary: tokens go from 0 to 10"),
        ([[1] * 13], "a sequence of 13 tokens is longer than positions=12"),
        ([1, 2], r"one sequence is tokens\[None\]"),
    ],
)
def test_tokens_that_are_none_are_refused(tokens, message):
    with pytest.raises(ValueError, match=message):
        model("bert-tiny")(tokens)


def test_choices_that_are_none_are_refused():
    with pytest.raises(ValueError, match="embed_dim=8 cannot be shared evenly by heads=3"):
        registry.config("bert-tiny", heads=3)
    with pytest.raises(ValueError, match=r"BERTConfig\.head 'mask'; did you mean 'masked'"):
        registry.config("bert-tiny", head="mask")
    with pytest.raises(ValueError, match="ids from 0 to 1, got 0 to 2"):
        model("bert-tiny")([[1, 2]], np.array([[0, 2]]))
    with pytest.raises(ValueError, match="a share above 0"):
        mask_tokens([[1]], mask=4, vocabulary=5, share=0.0, rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match="tokens as integers"):
        mask_tokens([[0.5]], mask=4, vocabulary=5, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="a mask from 0 to 4, got 5"):
        mask_tokens([[1]], mask=5, vocabulary=5, rng=np.random.default_rng(0))
    for logits, longest in (
        (np.zeros((1, 3, 2)), 0),
        (np.zeros((1, 0, 2)), 3),
        (np.zeros((3, 2)), 3),
    ):
        with pytest.raises(ValueError, match="best_span expected"):
            best_span(logits, longest)


def test_every_token_has_a_segment_of_its_own():
    with pytest.raises(ValueError, match="a segment for each token"):
        model("bert-tiny")([[1, 2]], [[1]])


@pytest.mark.parametrize("head", ["masked", "pair", "tokens"])
def test_all_biases_start_at_0(head):
    net = registry.build("bert-tiny", rng=np.random.default_rng(0), head=head)
    biases = {n: p for n, p in net.named_parameters() if n.endswith("bias")}
    assert "layers.0.self_attn.q_proj.bias" in biases
    assert [n for n, p in biases.items() if p.numpy().any()] == []


def test_no_token_is_replaced_by_a_special_one():
    tokens = np.full((1, 4000), 3)
    hidden, _ = mask_tokens(
        tokens, mask=4, vocabulary=6, special=(0, 1, 2), share=1.0, rng=np.random.default_rng(0)
    )
    assert set(np.unique(hidden).tolist()) == {3, 4, 5}
    with pytest.raises(ValueError, match="every token of the vocabulary is special"):
        mask_tokens(tokens, mask=0, vocabulary=1, rng=np.random.default_rng(0))
