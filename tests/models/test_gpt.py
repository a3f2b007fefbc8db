"""GPT: sizes, causality, the cache, what is generated, what is refused."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.gpt import GPTConfig
from book_code.text.decoding import beam_search, greedy, whole_text

from .common import model

PROMPT = np.array([[3, 1, 4], [1, 5, 9]])


@pytest.fixture
def net():
    return model("gpt-tiny").eval()


def test_the_sizes_of_table_2():
    small, medium = GPTConfig(), registry.config("gpt2-medium")
    assert (small.layers, small.embed_dim) == (12, 768)
    assert (medium.layers, medium.embed_dim) == (24, 1024)
    assert (small.vocabulary, small.positions) == (50_257, 1024)


def test_the_first_loss_is_that_of_guessing():
    net = registry.build("gpt-nano-cpu", rng=np.random.default_rng(0))
    logits = net(np.arange(60)[None]).numpy()
    assert logits.shape == (1, 60, 65)
    shares = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    assert -np.log(shares).mean() == pytest.approx(np.log(65), abs=0.05)


def test_a_token_sees_nothing_that_comes_later(net):
    text = np.array([[3, 1, 4, 1, 5, 9]])
    other = text.copy()
    other[:, 3:] = 0
    np.testing.assert_allclose(net(text).numpy()[:, :3], net(other).numpy()[:, :3], rtol=1e-12)


def test_the_cache_gives_what_reading_anew_gives(net):
    state, last = None, None
    text = np.array([[3, 1, 4, 1, 5, 9], [2, 6, 5, 3, 5, 8]])
    for t in range(6):
        last, state = net.step(text[:, t], state)
        np.testing.assert_allclose(last, net(text[:, : t + 1]).numpy()[:, -1], rtol=1e-9)


@pytest.mark.parametrize("choices", [{}, {"temperature": 0.5, "top_k": 3}, {"top_p": 0.8}])
def test_generating_with_the_cache_draws_what_reading_anew_draws(net, choices):
    from book_code.text.decoding import sample

    drawn = net.generate(PROMPT, 8, rng=np.random.default_rng(1), **choices)
    assert drawn.shape == (2, 11)
    assert np.array_equal(drawn[:, :3], PROMPT)
    slow = sample(
        whole_text(lambda tokens: net(tokens).numpy()),
        PROMPT[:, -1],
        PROMPT[:, :-1],
        length=8,
        rng=np.random.default_rng(1),
        **choices,
    )
    assert np.array_equal(drawn[:, 3:], slow)


def test_a_cold_draw_is_the_greedy_choice(net):
    cold = net.generate(PROMPT[:, :1], 6, rng=np.random.default_rng(0), temperature=1e-6)
    assert np.array_equal(cold[:, 1:], greedy(net.step, PROMPT[:, 0], length=6))


def test_a_beam_search_uses_the_cache(net):
    wide = beam_search(net.step, 3, length=4, width=11**3, length_power=0.0)
    narrow = beam_search(net.step, 3, length=4, width=1, length_power=0.0)
    assert wide[0].log_probability >= narrow[0].log_probability
    text = np.array([[3, *wide[0].tokens]])
    logits = net(text[:, :-1]).numpy()[0]
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    told = log_p[np.arange(4), wide[0].tokens].sum()
    assert wide[0].log_probability == pytest.approx(told, rel=1e-6)


def test_generating_leaves_the_mode_as_it_was():
    net = registry.build("gpt-tiny", rng=np.random.default_rng(0), dropout=0.5)
    net.generate([[1]], 2, rng=np.random.default_rng(0))
    assert net.training


@pytest.mark.parametrize(
    ("prompt", "length", "message"),
    [
        ([[11]], 2, "token 11 is not in the vocabulary: tokens go from 0 to 10"),
        ([[1] * 5], 9, "a sequence of 13 tokens is longer than positions=12"),
        ([1, 2], 2, r"one sequence is tokens\[None\]"),
        ([[1]], 0, "a length of at least 1"),
    ],
)
def test_a_prompt_that_does_not_fit_is_refused(net, prompt, length, message):
    with pytest.raises(ValueError, match=message):
        net.generate(prompt, length, rng=np.random.default_rng(0))


def test_a_choice_that_is_refused_leaves_the_mode_as_it_was():
    net = registry.build("gpt-tiny", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="temperature must be above 0"):
        net.generate([[1]], 2, rng=np.random.default_rng(0), temperature=-1)
    assert net.training


def test_heads_that_do_not_come_out_even_are_refused():
    with pytest.raises(ValueError, match="embed_dim=8 cannot be shared evenly by heads=3"):
        registry.config("gpt-tiny", heads=3)
