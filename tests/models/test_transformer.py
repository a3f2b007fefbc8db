"""The Transformer: sizes of the paper, what it may see, what it refuses."""

import numpy as np
import pytest

from book_code.autodiff import no_grad
from book_code.models import registry
from book_code.models.transformer import TransformerConfig

from .common import model

READ = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 0, 0]])
WRITTEN = np.array([[5, 3, 5, 8], [9, 7, 9, 3]])


@pytest.fixture(params=["sinusoidal", "learned", "rotary", "alibi", "none"])
def net(request):
    return model("transformer-tiny", position=request.param, padding=True).eval()


def test_the_base_model_has_the_sizes_of_table_3():
    config = TransformerConfig()
    assert (config.layers, config.embed_dim, config.feedforward) == (6, 512, 2048)
    assert (config.heads, config.dropout) == (8, 0.1)
    big = registry.config("transformer-big")
    assert (big.layers, big.embed_dim, big.feedforward) == (6, 1024, 4096)
    assert (big.heads, big.dropout) == (16, 0.3)


def test_the_stages_of_figure_1(net):
    memory = net.encode(READ)
    assert memory.shape == (2, 5, 8)
    assert net.decode(WRITTEN, memory, READ).shape == (2, 4, 11)
    assert net(READ, WRITTEN).shape == (2, 4, 11)


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
    other = registry.build(
        "transformer-classifier-tiny", rng=np.random.default_rng(0), padding=True
    )
    np.testing.assert_allclose(other.eval()(READ).numpy(), other(longer).numpy(), rtol=1e-4)


def test_writing_token_by_token_gives_the_same(net):
    with no_grad():
        memory, caches = net.encode(READ), net.new_caches()
        steps = [
            net.decode(WRITTEN[:, t : t + 1], memory, READ, caches).numpy() for t in range(4)
        ]
    np.testing.assert_allclose(
        np.concatenate(steps, axis=1), net(READ, WRITTEN).numpy(), rtol=1e-9
    )


@pytest.mark.parametrize("position", ["sinusoidal", "learned", "rotary", "alibi"])
def test_positions_tell_the_order_and_without_them_there_is_none(position):
    shuffled = READ[:1, [1, 0, 2, 4, 3]]
    told = model("transformer-tiny", position=position).eval()
    untold = model("transformer-tiny", position="none").eval()
    assert (
        np.abs(told(READ[:1], WRITTEN[:1]).numpy() - told(shuffled, WRITTEN[:1]).numpy()).max()
        > 1e-6
    )
    np.testing.assert_allclose(
        untold(READ[:1], WRITTEN[:1]).numpy(), untold(shuffled, WRITTEN[:1]).numpy(), rtol=1e-9
    )


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([[11]], "token 11 is not in the vocabulary: tokens go from 0 to 10"),
        ([[-1]], "token -1 is not in the vocabulary"),
        ([[1] * 13], r"a sequence of 13 tokens is longer than positions=12: cut it"),
        ([1, 2], r"got int(32|64) of shape \(2,\); one sequence is tokens\[None\]"),
        ([[1.0]], "tokens as integers"),
    ],
)
def test_tokens_that_are_none_are_refused(tokens, message):
    net = model("transformer-tiny")
    with pytest.raises(ValueError, match=message):
        net(tokens, [[1]])


def test_writing_past_the_last_position_is_refused():
    net = model("transformer-tiny")
    with no_grad():
        memory, caches = net.encode([[1]]), net.new_caches()
        net.decode([[1] * 12], memory, caches=caches)
        with pytest.raises(ValueError, match="a sequence of 13 tokens is longer"):
            net.decode([[1]], memory, caches=caches)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"heads": 3}, "embed_dim=8 cannot be shared evenly by heads=3"),
        ({"embed_dim": 6, "position": "rotary"}, "an even number of features a head; got 3"),
        ({"embed_dim": 5, "heads": 1}, "position='sinusoidal' needs an even number"),
        ({"dropout": 1.0}, "dropout must be below 1"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        registry.config("transformer-tiny", **fields)


@pytest.mark.parametrize(
    "name", ["gpt-tiny", "bert-tiny", "transformer-classifier-tiny", "ssm-tiny"]
)
def test_a_text_without_tokens_is_refused_in_plain_words(name):
    model = registry.build(name, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="expected at least one token"):
        model(np.zeros((1, 0), int))


def test_a_text_of_padding_alone_does_not_spoil_the_others():
    net = model("transformer-classifier-tiny", padding=True).eval()
    with no_grad():
        alone = net([[3, 1, 4]]).numpy()
        both = net([[3, 1, 4], [0, 0, 0]]).numpy()
    np.testing.assert_allclose(both[:1], alone, rtol=1e-12)
    np.testing.assert_array_equal(both[1], net.head.bias.numpy())


@pytest.mark.parametrize("name", ["transformer-tiny", "t5-tiny"])
def test_every_sequence_that_is_read_has_one_that_is_written(name):
    with pytest.raises(ValueError, match="read as to be written, got 2 and 1"):
        model(name)([[1, 2], [3, 4]], [[1, 2]])
