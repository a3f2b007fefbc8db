"""Attention: masks of both kinds, rows that see nothing, gradients of both orders, bad shapes."""

import numpy as np
import pytest

from book_code.autodiff import Tensor, check_grads, grad
from book_code.autodiff import functional as F


@pytest.fixture
def qkv():
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(2, 3, 4, 5)),
        rng.normal(size=(2, 3, 6, 5)),
        rng.normal(size=(2, 3, 6, 2)),
    )


def test_gradients_of_first_and_second_order(qkv):
    mask = np.random.default_rng(1).random((4, 6)) < 0.6
    mask[2] = False  # this query sees nothing
    for settings in ({}, {"causal": True}, {"mask": mask}, {"mask": mask, "scale": 0.3}):
        check_grads(
            lambda q, k, v, s=settings: F.scaled_dot_product_attention(q, k, v, **s), list(qkv)
        )


def test_a_mask_of_numbers_has_gradients_too(qkv):
    bias = np.random.default_rng(1).normal(size=(3, 4, 6))
    check_grads(lambda b: F.scaled_dot_product_attention(*qkv, mask=b), bias)
    check_grads(lambda b: F.scaled_dot_product_attention(*qkv, mask=b, causal=True), bias)


def test_a_query_that_sees_nothing_gets_zeros(qkv):
    inputs = [Tensor(a, requires_grad=True) for a in qkv]
    out = F.scaled_dot_product_attention(*inputs, mask=np.zeros((4, 6), bool))
    assert not out.data.any()
    assert not any(g.data.any() for g in grad(out.sum(), inputs))


def test_huge_scores_do_not_overflow():
    q = Tensor(np.full((1, 2), 1e4))
    out = F.scaled_dot_product_attention(
        q, np.array([[1e4, 0], [0.0, 0]]), np.array([[1.0], [2]])
    )
    assert out.data.tolist() == [[1.0]]


def test_weights_are_shares(qkv):
    weights = F.attention_weights(*qkv[:2], causal=True).data
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    assert not np.triu(weights[0, 0], 1).any()


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (
            {"k": np.ones((2, 3, 6, 4))},
            ValueError,
            r"queries .* and keys .*, got \(2, 3, 4, 5\)",
        ),
        ({"v": np.ones((2, 3, 5, 2))}, ValueError, "a value for each of the 6 keys"),
        (
            {"mask": np.ones((4, 5), bool)},
            ValueError,
            r"scores of \(2, 3, 4, 6\), got \(4, 5\)",
        ),
        ({"mask": np.ones((9, 2, 3, 4, 6), bool)}, ValueError, "a mask for scores of"),
        ({"mask": np.ones((4, 6), int)}, TypeError, r"booleans \(True: may be looked at\)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(qkv, change, kind, message):
    arguments = dict(zip("qkv", qkv, strict=True)) | change
    with pytest.raises(kind, match=message):
        F.scaled_dot_product_attention(**arguments)
