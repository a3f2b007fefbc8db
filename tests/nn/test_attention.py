"""Multi-head attention: what a mask hides, what a cache keeps, and how positions are told."""

import numpy as np
import pytest

from book_code import nn
from book_code.autodiff import Tensor, check_grads, no_grad


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def layer(rng):
    return nn.MultiHeadAttention(12, 3, rng=rng).astype("float64")


def test_gradients_of_first_and_second_order(layer, rng):
    x, memory = rng.normal(size=(2, 4, 12)), rng.normal(size=(2, 3, 12))
    check_grads(lambda x: layer(x, causal=True), x)
    check_grads(lambda x, m: layer(x, m), [x, memory])
    check_grads(lambda x: layer(x, rotate=nn.rotary), x)


def test_a_token_does_not_see_what_comes_later(layer, rng):
    x = rng.normal(size=(1, 6, 12))
    other = x.copy()
    other[:, 4:] += 1
    before, after = layer(x, causal=True).numpy(), layer(other, causal=True).numpy()
    np.testing.assert_allclose(before[:, :4], after[:, :4], rtol=1e-12)
    assert np.abs(before[:, 4:] - after[:, 4:]).max() > 1e-3


def test_what_the_mask_hides_has_no_effect(layer, rng):
    x, memory = rng.normal(size=(2, 4, 12)), rng.normal(size=(2, 5, 12))
    mask = np.array([[True, True, True, False, False], [True] * 5])[:, None, None]
    other = memory.copy()
    other[0, 3:] = 99
    np.testing.assert_array_equal(
        layer(x, memory, mask=mask).numpy(), layer(x, other, mask=mask).numpy()
    )


def test_weights_are_those_that_the_output_uses(layer, rng):
    x = rng.normal(size=(2, 4, 12))
    weights = layer.weights(x, causal=True)
    np.testing.assert_allclose(weights.numpy().sum(axis=-1), 1)
    _, _, v = layer.heads(x)
    joined = (weights @ v).transpose(0, 2, 1, 3).reshape(2, 4, 12)
    np.testing.assert_allclose(
        layer.out_proj(joined).numpy(), layer(x, causal=True).numpy(), rtol=1e-12
    )


@pytest.mark.parametrize("rotate", [None, nn.rotary])
def test_a_cache_gives_what_the_whole_sequence_gives(layer, rng, rotate):
    x, cache = rng.normal(size=(2, 7, 12)), nn.Cache()
    whole = layer(x, causal=True, rotate=rotate).numpy()
    with no_grad():
        parts = [
            layer(part, causal=True, rotate=rotate, cache=cache).numpy()
            for part in np.split(x, [3, 4, 6], axis=1)
        ]
    assert len(cache) == 7
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, rtol=1e-12)


def test_heads_may_be_wider_than_their_share(rng):
    layer = nn.MultiHeadAttention(8, 2, head_dim=6, bias=False, rng=rng)
    assert layer(np.zeros((1, 3, 8), np.float32)).shape == (1, 3, 8)
    assert {k: v.shape for k, v in layer.state_dict().items()} == {
        "q_proj.weight": (12, 8),
        "k_proj.weight": (12, 8),
        "v_proj.weight": (12, 8),
        "out_proj.weight": (8, 12),
    }


def test_heads_that_do_not_come_out_even_are_refused(rng):
    with pytest.raises(ValueError, match="10 features cannot be shared evenly by 4 heads"):
        nn.MultiHeadAttention(10, 4, rng=rng)
    with pytest.raises(ValueError, match=r"inputs of shape \(N, 12\), got \(2, 4, 8\)"):
        nn.MultiHeadAttention(12, 3, rng=rng)(np.zeros((2, 4, 8), np.float32))
    with pytest.raises(ValueError, match=r"tokens of shape \(N, T, D\)"):
        nn.MultiHeadAttention(12, 3, rng=rng)(np.zeros((4, 12), np.float32))


def test_sinusoids_are_the_papers(rng):
    waves = nn.sinusoidal(50, 8)
    for position, i in ((0, 0), (7, 1), (49, 3)):
        angle = position / 10_000 ** (2 * i / 8)
        assert waves[position, 2 * i] == pytest.approx(np.sin(angle), rel=1e-6)
        assert waves[position, 2 * i + 1] == pytest.approx(np.cos(angle), rel=1e-6)
    products = waves @ waves.T  # section 3.5: they depend on the distance alone
    for shift in (1, 5):
        np.testing.assert_allclose(np.diag(products, shift), products[0, shift], rtol=1e-4)


def test_rotary_products_depend_on_the_distance_alone(rng):
    q, k = rng.normal(size=(2, 1, 8))

    def product(t, s):
        return (nn.rotary(q, [t]).numpy() @ nn.rotary(k, [s]).numpy().T).item()

    assert product(3, 1) == pytest.approx(product(12, 10), rel=1e-9)
    assert product(3, 1) != pytest.approx(product(3, 2), rel=1e-3)
    np.testing.assert_allclose(np.linalg.norm(nn.rotary(q, [9]).numpy()), np.linalg.norm(q))
    check_grads(lambda x: nn.rotary(x, [0, 2, 5]), rng.normal(size=(2, 3, 4)))


def test_alibi_slopes_are_the_papers():
    from book_code.nn.positional import alibi_slopes

    np.testing.assert_allclose(alibi_slopes(8), [2.0**-n for n in range(1, 9)])
    # for 12 heads: those of 8, then every second one of 16 (the paper's code)
    sixteen = 2.0 ** (-0.5 * np.arange(1, 17))
    np.testing.assert_allclose(alibi_slopes(12), [*alibi_slopes(8), *sixteen[0:8:2]])
    bias = nn.alibi(8, 2, 5)
    assert bias.shape == (8, 2, 5)
    assert bias[0, 1].tolist() == [-2.0, -1.5, -1.0, -0.5, 0.0]


def test_relative_positions_share_buckets_far_away():
    near = nn.relative_buckets(300, 300)
    assert near.min() == 0
    assert near.max() == 31
    assert near[200, 200] == 0
    assert near[200, 199] == 1  # one earlier
    assert near[200, 201] == 17  # one later has buckets of its own
    assert near[299, 0] == near[299, 150] == 15
    assert nn.relative_buckets(5, 5, both_ways=False)[0].tolist() == [0] * 5
    bias = nn.RelativeBias(4, rng=np.random.default_rng(0))
    assert np.array_equal(bias(2, 5).numpy(), bias(5, 5).numpy()[:, 3:])


@pytest.mark.parametrize(
    "call", [lambda: nn.sinusoidal(3, 5), lambda: nn.rotary(np.ones((2, 3)), [0, 1])]
)
def test_features_come_in_pairs(call):
    with pytest.raises(ValueError, match="their number must be even"):
        call()


def test_a_cache_holds_no_record(layer, rng):
    cache = nn.Cache()
    layer(Tensor(rng.normal(size=(1, 2, 12))), cache=cache)
    assert not cache.keys.requires_grad
