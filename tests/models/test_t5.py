"""T5: sizes, what may be seen, how spans are cut, what is refused."""

import numpy as np
import pytest

from book_code.autodiff import no_grad
from book_code.models import registry
from book_code.models.t5 import T5Config
from book_code.models.t5.numpy_model import span_corruption

from .common import model

READ = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 0, 0]])
WRITTEN = np.array([[0, 3, 5, 8], [0, 7, 9, 3]])


@pytest.fixture
def net():
    return model("t5-tiny").eval()


def test_the_sizes_of_section_3():
    small, base = T5Config(), registry.config("t5-base")
    assert (small.layers, small.embed_dim, small.heads, small.feedforward) == (6, 512, 8, 2048)
    assert (base.layers, base.embed_dim, base.heads, base.feedforward) == (12, 768, 12, 3072)
    assert small.head_dim == base.head_dim == 64


def test_the_stages(net):
    assert net.encode(READ).shape == (2, 5, 8)
    assert net(READ, WRITTEN).shape == (2, 4, 11)


def test_there_is_no_bias_anywhere(net):
    assert not [name for name, _ in net.named_parameters() if name.endswith(".bias")]


def test_a_written_token_sees_nothing_that_comes_later(net):
    other = WRITTEN.copy()
    other[:, 2:] = 1
    before, after = net(READ, WRITTEN).numpy(), net(READ, other).numpy()
    np.testing.assert_allclose(before[:, :2], after[:, :2], rtol=1e-12)
    assert np.abs(before[:, 2:] - after[:, 2:]).max() > 1e-6


def test_more_padding_changes_nothing(net):
    longer = np.pad(READ, ((0, 0), (0, 3)))
    np.testing.assert_allclose(
        net(READ, WRITTEN).numpy(), net(longer, WRITTEN).numpy(), rtol=1e-9
    )


def test_writing_token_by_token_gives_the_same(net):
    with no_grad():
        memory, caches = net.encode(READ), net.new_caches()
        steps = [
            net.decode(WRITTEN[:, t : t + 1], memory, READ, caches).numpy() for t in range(4)
        ]
    np.testing.assert_allclose(
        np.concatenate(steps, axis=1), net(READ, WRITTEN).numpy(), rtol=1e-9
    )


def test_what_is_cut_and_what_is_kept_make_the_text():
    rng = np.random.default_rng(0)
    text = rng.integers(1, 900, size=200)
    read, write = span_corruption(text, vocabulary=1000, rng=rng)
    sentinels = read[read >= 900]
    assert sentinels.tolist() == [999 - i for i in range(10)]  # 30 tokens in spans of 3
    assert (write >= 900).sum() == 11
    assert (write < 900).sum() == 30
    spans = np.split(write, np.nonzero(write >= 900)[0])[1:]
    answers = {span[0]: span[1:] for span in spans}
    whole = [answers[t] if t >= 900 else [t] for t in read]
    assert np.array_equal(np.concatenate(whole), text)
    assert min(len(answers[s]) for s in sentinels) >= 1


def test_a_text_begins_with_what_is_kept_and_ends_with_what_is_cut():
    """As the published code does it; in between every place is cut about as often."""
    rng = np.random.default_rng(0)
    counts = np.zeros(60)
    for _ in range(2000):
        _, write = span_corruption(np.arange(1, 61), vocabulary=100, density=0.2, rng=rng)
        counts[write[write < 90] - 1] += 1
    shares = counts / 2000
    assert shares[0] == 0
    assert shares[-1] == 1
    assert 0.12 < shares[10:40].min() < shares[10:40].max() < 0.25


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: span_corruption([1], vocabulary=9, rng=rng), "at least 2 tokens"),
        (lambda rng: span_corruption([1, 2], vocabulary=9, density=1.0, rng=rng), "a density"),
        (lambda rng: span_corruption([1, 8], vocabulary=9, rng=rng), "the text holds 8"),
        (lambda rng: model("t5-tiny")([[11]], [[0]]), "token 11 is not in the vocabulary"),
        (lambda rng: registry.config("t5-tiny", buckets=6), "divisible by 4"),
        (lambda rng: registry.config("t5-tiny", furthest=4), "above buckets / 2 = 4; got 4"),
    ],
)
def test_input_without_meaning_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))


def test_a_text_of_numbers_that_are_no_tokens_is_refused():
    with pytest.raises(ValueError, match="integers, got float64"):
        span_corruption([0.5, 1.5, 2.5], vocabulary=30, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="spans of at least 1 token"):
        span_corruption(
            np.arange(9), vocabulary=30, mean_length=np.nan, rng=np.random.default_rng(0)
        )
