"""Decoding: against exhaustive search, and against distributions computed by hand."""

import itertools

import numpy as np
import pytest

from book_code import build
from book_code.text.decoding import (
    beam_search,
    beam_steps,
    distribution,
    greedy,
    rows_of,
    sample,
    whole_text,
)

END = 3


class Tables:
    """The next token depends on the last two and on the place, by a table, so that no two texts are equal."""

    def __init__(self, seed, vocabulary=4):
        rng = np.random.default_rng(seed)
        self.logits = 2 * rng.standard_normal((20, vocabulary, vocabulary, vocabulary))

    def step(self, tokens, state):
        state = state or {"before": np.zeros_like(tokens), "place": np.zeros_like(tokens)}
        logits = self.logits[state["place"], state["before"], tokens]
        return logits, {"before": tokens, "place": state["place"] + 1}

    def log_probability(self, text, start=0):
        state, total, token = None, 0.0, np.array([start])
        for chosen in text:
            logits, state = self.step(token, state)
            total += (logits[0] - np.logaddexp.reduce(logits[0]))[chosen]
            token = np.array([chosen])
        return total


def every_text(vocabulary, length, end):
    """All texts that end with `end`, or are of full length without it."""
    others = [token for token in range(vocabulary) if token != end]
    for n in range(1, length + 1):
        for body in itertools.product(others, repeat=n - 1):
            yield (*body, end)
    yield from itertools.product(others, repeat=length)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("power", [0.0, 0.6, 1.0, 2.0])
def test_a_wide_beam_is_the_exhaustive_search(seed, power):
    language = Tables(seed)
    scored = {
        text: language.log_probability(text) / len(text) ** power
        for text in every_text(4, 4, END)
    }
    best = sorted(scored, key=scored.get, reverse=True)
    found = beam_search(language.step, 0, width=4**4, length=4, end=END, length_power=power)
    assert [h.tokens for h in found] == best
    for h in found:
        assert h.score == pytest.approx(scored[h.tokens], rel=1e-12)
        assert h.log_probability == pytest.approx(language.log_probability(h.tokens), rel=1e-12)
        assert h.ended == (h.tokens[-1] == END)


def test_stopping_early_loses_nothing():
    """The first of the result is the best of all that the beam ever held."""
    for seed, power, width in itertools.product(range(20), (0.0, 1.0), (1, 2, 3)):
        language = Tables(seed)
        settings = {"width": width, "length": 6, "end": END, "length_power": power}
        held = [
            h
            for beam in beam_steps(language.step, 0, **settings)
            for h in beam
            if h.ended or len(h.tokens) == 6
        ]
        held.sort(key=lambda h: -h.score)
        assert beam_search(language.step, 0, **settings) == held[:width]


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_of_one_is_greedy(seed):
    language = Tables(seed)
    for end in (None, END):
        (h,) = beam_search(language.step, 0, width=1, length=7, end=end, length_power=1.0)
        assert h.tokens == tuple(greedy(language.step, 0, length=7, end=end))


def test_the_beam_is_never_wider_than_asked_for():
    language = Tables(0)
    beams = list(beam_steps(language.step, 0, width=3, length=6, end=END))
    assert [len(beam) for beam in beams] == [3] * 6
    for beam, following in itertools.pairwise(beams):
        assert {h.tokens[:-1] for h in following} <= {h.tokens for h in beam if not h.ended}


def test_a_beam_finds_what_greedy_misses():
    # after 0: 1 with 0.6, 2 with 0.4; after 1 all are as probable; after 2 token 0 is sure
    table = np.log(np.array([[1e-9, 0.6, 0.4], [1 / 3, 1 / 3, 1 / 3], [1.0, 1e-9, 1e-9]]))
    step = lambda tokens, state: (table[tokens], state)  # noqa: E731
    assert tuple(greedy(step, 0, length=2)) == (1, 0)
    best = beam_search(step, 0, width=2, length=2)[0]
    assert best.tokens == (2, 0)
    assert np.exp(best.log_probability) == pytest.approx(0.4, rel=1e-6)


def test_length_power_prefers_longer_texts():
    # the end has 0.4 at once; else 1 (0.6), then 1 (0.6), then the end is sure at the third step
    p = np.array([[0.0, 0.6, 0.4], [0.0, 0.6, 0.4], [1 / 3, 1 / 3, 1 / 3]])
    table = np.log(np.maximum(p, 1e-30))
    step = lambda tokens, state: (table[tokens], state)  # noqa: E731
    short = beam_search(step, 0, width=3, length=3, end=2)[0]
    long = beam_search(step, 0, width=3, length=3, end=2, length_power=1.0)[0]
    assert short.tokens == (2,)
    assert long.tokens == (1, 1, 1)
    assert long.score == pytest.approx(np.log(0.6))


def test_greedy_stops_each_row_at_its_end():
    table = np.eye(4)[[1, 2, END, 0]]  # 0 -> 1 -> 2 -> end -> 0
    step = lambda tokens, state: (table[tokens], state)  # noqa: E731
    assert greedy(step, [0, 2, 1], length=9, end=END).tolist() == [
        [1, 2, 3],
        [3, 3, 3],
        [2, 3, 3],
    ]
    assert greedy(step, [0, 2], length=2, end=END).tolist() == [[1, 2], [3, 3]]
    assert greedy(step, 0, length=5).tolist() == [1, 2, 3, 0, 1]


def test_states_follow_their_texts():
    """With whole texts as the state the result is the same as with a state of one number."""
    language = Tables(2)

    def model(ids):
        before = np.concatenate([np.zeros_like(ids[:, :1]), ids[:, :-1]], axis=1)
        return language.logits[np.arange(ids.shape[1]), before, ids]

    one = beam_search(language.step, 0, width=3, length=5, end=END)
    other = beam_search(whole_text(model), 0, width=3, length=5, end=END)
    assert [h.tokens for h in one] == [h.tokens for h in other]


def test_rows_of_any_tree():
    state = {"a": (np.arange(3), [np.arange(6).reshape(3, 2)]), "b": None}
    taken = rows_of(state, np.array([2, 0]))
    assert taken["a"][0].tolist() == [2, 0]
    assert taken["a"][1][0].tolist() == [[4, 5], [0, 1]]
    assert taken["b"] is None


P = np.array([0.4, 0.3, 0.2, 0.1])


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, P),
        ({"temperature": 0.5}, P**2 / 0.30),
        ({"temperature": 2.0}, P**0.5 / (P**0.5).sum()),
        ({"top_k": 1}, [1, 0, 0, 0]),
        ({"top_k": 2}, [4 / 7, 3 / 7, 0, 0]),
        ({"top_k": 9}, P),
        ({"top_p": 0.3}, [1, 0, 0, 0]),
        ({"top_p": 0.5}, [4 / 7, 3 / 7, 0, 0]),
        ({"top_p": 0.8}, [4 / 9, 3 / 9, 2 / 9, 0]),
        ({"top_p": 1.0}, P),
        # top k first: 4/9, 3/9, 2/9; two of them come to 7/9 >= 0.75
        ({"top_k": 3, "top_p": 0.75}, [4 / 7, 3 / 7, 0, 0]),
        # temperature first: 16/30, 9/30, 4/30, 1/30; two of them come to 25/30 >= 0.8
        ({"temperature": 0.5, "top_p": 0.8}, [16 / 25, 9 / 25, 0, 0]),
        # logits are log p, all negative: multiplied by 2 where held
        (
            {"repetition_penalty": 2.0, "text": [0, 0, 3]},
            np.array([0.16, 0.3, 0.2, 0.01]) / 0.67,
        ),
    ],
)
def test_distributions_by_hand(settings, expected):
    order = np.array([2, 0, 3, 1])  # not sorted by probability
    settings = dict(settings)
    if "text" in settings:
        settings["text"] = [
            int(np.flatnonzero(order == token)[0]) for token in settings["text"]
        ]
    found = distribution(np.log(P)[order], **settings)
    np.testing.assert_allclose(found, np.asarray(expected, float)[order], rtol=1e-12, atol=0)


def test_a_positive_logit_is_divided_by_the_penalty():
    found = distribution([2.0, -1.0, 1.0], repetition_penalty=2.0, text=[0, 1])
    z = np.array([1.0, -2.0, 1.0])
    np.testing.assert_allclose(found, np.exp(z) / np.exp(z).sum())


def test_rows_have_penalties_of_their_own():
    found = distribution(np.ones((2, 2)), repetition_penalty=2.0, text=[[0], [1]])
    np.testing.assert_allclose(found, found[::-1, ::-1])
    assert found[0, 0] < found[0, 1]


def test_of_equal_logits_as_many_stay_as_asked_for():
    assert (distribution(np.zeros(5), top_k=2) > 0).tolist() == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_samples_are_of_the_distribution():
    step = lambda tokens, state: (np.log(P)[None].repeat(len(tokens), 0), state)  # noqa: E731
    drawn = sample(step, np.zeros(20_000), length=1, rng=np.random.default_rng(0))
    np.testing.assert_allclose(np.bincount(drawn[:, 0], minlength=4) / 20_000, P, atol=0.012)
    drawn = sample(step, np.zeros(2_000), length=3, top_k=2, rng=np.random.default_rng(0))
    assert set(drawn.ravel().tolist()) == {0, 1}


def test_the_same_generator_draws_the_same_text():
    language = Tables(0)
    one, same, other = (
        sample(language.step, 0, length=20, rng=np.random.default_rng(seed)).tolist()
        for seed in (1, 1, 2)
    )
    assert one == same != other


def test_a_strong_penalty_never_says_a_thing_twice():
    step = lambda tokens, state: (np.full((len(tokens), 6), 50.0), state)  # noqa: E731
    text = sample(step, 0, length=5, repetition_penalty=1e6, rng=np.random.default_rng(0))
    assert sorted(text.tolist()) == [1, 2, 3, 4, 5]


def uniform(tokens, state):
    return np.zeros((len(tokens), 3)), state


RNG = np.random.default_rng(0)
BAD = [
    (lambda: sample(uniform, 0, length=1, temperature=0.0, rng=RNG), "use greedy"),
    (lambda: sample(uniform, 0, length=1, top_k=0, rng=RNG), "top_k must be at least 1, got 0"),
    (lambda: sample(uniform, 0, length=1, top_p=1.5, rng=RNG), "top_p must be above 0"),
    (lambda: sample(uniform, 0, length=1, repetition_penalty=0.0, rng=RNG), "above 0, got 0"),
    (lambda: distribution([0.0], repetition_penalty=2.0), "needs text="),
    (lambda: greedy(uniform, 0, length=0), "length of at least 1"),
    (lambda: beam_search(uniform, 0, width=0, length=1), "width and a length of at least 1"),
    (lambda: beam_search(uniform, 0, width=1, length=1, length_power=-1.0), "power from 0"),
    (lambda: greedy(lambda t, s: (np.zeros(3), s), 0, length=1), r"shape \(1, V\).*got \(3,\)"),
    (lambda: greedy(lambda t, s: (np.full((1, 2), np.nan), s), 0, length=1), "nan"),
]


@pytest.mark.parametrize(("do", "words"), BAD)
def test_bad_input_is_refused_in_words(do, words):
    with pytest.raises(ValueError, match=words):
        do()


@pytest.mark.parametrize("held", [-1, 3])
def test_a_penalty_refuses_tokens_that_have_no_logit(held):
    with pytest.raises(ValueError, match="but there are logits of 0 to 2"):
        distribution([1.0, 2.0, 3.0], repetition_penalty=2.0, text=[0, held])


@pytest.mark.parametrize("logits", [[np.nan, 1.0], [-np.inf, -np.inf]])
def test_a_distribution_needs_a_possible_token(logits):
    with pytest.raises(ValueError, match="none is above minus infinity"):
        distribution(logits)


def test_a_model_of_the_book_goes_on_with_a_prompt():
    """As it comes, with parameters that learn: the last token starts, what stands before is the state."""
    model = build("gpt-tiny", rng=np.random.default_rng(0)).eval()
    prompt = np.array([3, 1, 4])
    found = greedy(whole_text(model), prompt[-1], prompt[None, :-1], length=4)
    text = prompt
    for _ in range(4):
        text = np.append(text, model(text[None]).numpy()[0, -1].argmax())
    assert found.tolist() == text[3:].tolist()


@pytest.mark.parametrize("start", [[[3, 1]], 0.5, "the"])
def test_a_start_that_is_no_token_is_explained(start):
    with pytest.raises(ValueError, match="give its last token, and what stands before as the"):
        greedy(lambda tokens, state: (np.eye(4)[tokens], state), start, length=1)


def test_a_seed_is_no_generator():
    with pytest.raises(
        TypeError, match=r"sample needs rng=np.random.default_rng\(seed\); got 0"
    ):
        sample(lambda tokens, state: (np.eye(4)[tokens], state), 0, length=1, rng=0)
