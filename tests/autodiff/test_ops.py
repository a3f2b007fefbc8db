"""What holds for every operation of the table in conftest.py."""

import numpy as np
import pytest

from book_code.autodiff import Tensor, check_grads, grad
from book_code.autodiff import functional as F


def test_gradients_of_first_and_second_order(case, layout):
    check_grads(case.f, [layout(a) for a in case.args], order=2)


def test_float32_stays_float32(case):
    inputs = [Tensor(a.astype(np.float32), requires_grad=True) for a in case.args]
    out = case.f(*inputs)
    assert out.dtype == np.float32
    firsts = grad(out, inputs, create_graph=True, seed=np.ones(out.shape))
    total = sum((g * g).sum() for g in firsts)
    seconds = grad(total, inputs)
    assert {g.dtype for g in (*firsts, *seconds)} == {np.dtype(np.float32)}
    assert [g.shape for g in seconds] == [x.shape for x in inputs]


def test_results_do_not_change_their_inputs(case):
    before = [a.copy() for a in case.args]
    inputs = [Tensor(a, requires_grad=True) for a in case.args]
    case.f(*inputs).sum().backward()
    for a, b in zip(case.args, before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_third_order_of_tanh():
    check_grads(lambda x: x.tanh(), np.array([0.3, -1.2]), order=3)


def test_extreme_inputs_give_finite_results():
    x = Tensor([-1e4, 0.0, 1e4], requires_grad=True)
    for f in (F.sigmoid, F.softplus, F.softmax, F.log_softmax, F.tanh):
        out = f(x)
        (g,) = grad(out.sum(), x)
        assert np.isfinite(out.data).all()
        assert np.isfinite(g.data).all()


def test_an_infinite_logit_is_probability_0():
    assert F.softmax(Tensor([-np.inf, 0.0, 0.0])).data.tolist() == [0.0, 0.5, 0.5]


def test_relu_lets_nan_through_and_stops_minus_infinity():
    with np.errstate(invalid="ignore"):
        out = F.relu(Tensor([np.nan, -np.inf, 1.0])).data
    np.testing.assert_array_equal(out, [np.nan, 0.0, 1.0])


def test_at_a_kink_relu_and_abs_have_gradient_0():
    x = Tensor([0.0], requires_grad=True)
    assert grad(x.relu().sum(), x)[0].data == [0.0]
    assert grad(x.abs().sum(), x)[0].data == [0.0]


def test_among_equals_the_first_gets_the_gradient():
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    assert grad(x.max(axis=1).sum(), x)[0].data.tolist() == [[1, 0, 0]] * 2
    x = Tensor(np.ones((1, 1, 2, 2)), requires_grad=True)
    assert grad(F.max_pool2d(x, 2).sum(), x)[0].data.ravel().tolist() == [1, 0, 0, 0]


def test_powers_have_gradients_at_0():
    x = Tensor([0.0, 2.0], requires_grad=True)
    for n, first, second in [(0, [0, 0], [0, 0]), (1, [1, 1], [0, 0]), (2, [0, 4], [2, 2])]:
        (g,) = grad((x**n).sum(), x, create_graph=True)
        assert g.data.tolist() == first
        assert grad(g.sum(), x)[0].data.tolist() == second


def test_convolution_is_cross_correlation():
    x, w = np.arange(9.0).reshape(1, 1, 3, 3), np.array([[[[1.0, 0.0], [0.0, 0.0]]]])
    np.testing.assert_array_equal(F.conv2d(x, w).data, x[:, :, :2, :2])
    np.testing.assert_array_equal(F.conv2d(x, w[:, :, ::-1, ::-1]).data, x[:, :, 1:, 1:])


def test_convolution_equals_the_sum_it_stands_for():
    rng = np.random.default_rng(0)
    x, w, b = rng.random((2, 3, 5, 6)), rng.random((4, 3, 2, 3)), rng.random(4)
    out = F.conv2d(x, w, b).data
    for n, o, i, j in np.ndindex(out.shape):
        window = x[n, :, i : i + 2, j : j + 3]
        assert out[n, o, i, j] == pytest.approx(np.sum(window * w[o]) + b[o])


@pytest.mark.parametrize(
    ("padding", "size"), [("valid", (4, 5)), ("same", (6, 7)), ("full", (8, 9)), (1, (6, 7))]
)
def test_padding_in_words(padding, size):
    out = F.conv2d(np.ones((1, 1, 6, 7)), np.ones((1, 1, 3, 3)), padding=padding)
    assert out.shape[2:] == size


def test_dropout_keeps_the_mean_and_scales_what_is_left():
    out = F.dropout(np.ones(100_000), 0.25, rng=np.random.default_rng(0)).data
    assert out.mean() == pytest.approx(1, abs=0.01)
    assert np.unique(out) == pytest.approx([0, 4 / 3])


BAD = [
    (
        lambda: Tensor(np.ones((2, 3))) @ np.ones((4, 5)),
        r"\(2, 3\) @ \(4, 5\): the inner sizes 3 and 4",
    ),
    (lambda: Tensor(2.0) @ np.ones(3), "needs vectors or matrices"),
    (lambda: Tensor(np.ones((2, 3))) + np.ones(4), r"add of \(2, 3\) and \(4,\)"),
    (lambda: Tensor(np.ones((2, 3))).sum(axis=2), r"no axis 2 in a tensor of shape \(2, 3\)"),
    (lambda: Tensor(np.ones((2, 0))).max(axis=1), "maximum of no entries"),
    (lambda: Tensor(np.ones((0, 2))).mean(axis=0), "mean of no entries"),
    (lambda: Tensor(np.ones((2, 3))).reshape(4), r"reshape of \(2, 3\)"),
    (
        lambda: F.linear(np.ones((2, 3)), np.ones(3)),
        r"a weight of shape \(out, in\), got \(3,\)",
    ),
    (
        lambda: F.linear(np.ones((64, 28, 28)), np.ones((10, 784))),
        r"linear expected inputs of shape \(N, 784\), got \(64, 28, 28\); flatten them first",
    ),
    (
        lambda: F.linear(np.ones((2, 3)), np.ones((4, 3)), np.ones(3)),
        r"linear expected a bias of shape \(4,\), got \(3,\)",
    ),
    (
        lambda: F.conv2d(np.ones((1, 5, 5)), np.ones((2, 1, 3, 3))),
        r"images of shape \(N, 1, H, W\), got \(1, 5, 5\); add the missing axis",
    ),
    (
        lambda: F.conv2d(np.ones((2, 5, 5, 3)), np.ones((2, 3, 3, 3))),
        r"got \(2, 5, 5, 3\); channels come second",
    ),
    (
        lambda: F.conv2d(np.ones((1, 1, 5, 5)), np.ones((3, 3))),
        r"filters of shape \(O, C, kH, kW\), got \(3, 3\)",
    ),
    (
        lambda: F.conv2d(np.ones((1, 1, 2, 5)), np.ones((1, 1, 3, 3))),
        r"a window of \(3, 3\).*does not fit into an image of 2 x 5",
    ),
    (
        lambda: F.conv2d(np.ones((1, 1, 5, 5)), np.ones((1, 1, 3, 3)), padding="half"),
        "knows padding 'valid', 'same' and 'full', got 'half'",
    ),
    (
        lambda: F.conv2d(
            np.ones((1, 1, 5, 5)), np.ones((1, 1, 3, 3)), stride=2, padding="same"
        ),
        "'same' needs stride 1",
    ),
    (
        lambda: F.conv2d(np.ones((1, 1, 5, 5)), np.ones((1, 1, 3, 3)), stride=0),
        "stride and dilation of at least 1",
    ),
    (
        lambda: F.conv2d(np.ones((1, 1, 5, 5)), np.ones((1, 1, 3, 3)), padding=(1, 2, 3)),
        r"a whole number or a pair of them, got \(1, 2, 3\)",
    ),
    (lambda: F.conv2d(np.ones((1, 1, 5, 5)), np.ones((0, 1, 3, 3))), "conv2d got no filters"),
    (lambda: F.max_pool2d(np.ones((1, 1, 4, 4)), 2, padding=2), "at most half of"),
    (lambda: F.avg_pool2d(np.ones((4, 4)), 2), r"avg_pool2d expected images of shape"),
    (lambda: F.dropout(np.ones(3), 1.0, rng=np.random.default_rng(0)), "0 <= p < 1, got 1.0"),
    (lambda: F.one_hot([0, 3], 3), "labels from 0 to 2, got 0 to 3"),
    (lambda: F.one_hot([-1], 3), "labels from 0 to 2, got -1 to -1"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_shapes_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_one_hot_wants_integers():
    with pytest.raises(TypeError, match="integer labels, got float64"):
        F.one_hot([0.0, 1.0], 2)
