"""The functions that joined the table later: joining, choosing, growing; their edges and refusals."""

import numpy as np
import pytest

from book_code.autodiff import Tensor, check_grads, grad
from book_code.autodiff import functional as F

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 3)), RNG.normal(size=(2, 3))
IMAGES = RNG.normal(size=(2, 4, 5, 6))

ORDER_2 = {
    "concatenate": (lambda a, b: F.concatenate([a, b, a], axis=1).tanh(), [A, B]),
    "stack": (lambda a, b: F.stack([a, b], axis=-1).tanh(), [A, B]),
    "split": (lambda a: F.split(a, [1, 2], axis=1)[1].tanh(), [A]),
    "maximum": (F.maximum, [A, B]),
    "minimum": (lambda a, b: F.minimum(a, b) ** 2, [A, B]),
    "clip": (lambda a: F.clip(a, -0.5, 0.7) ** 2, [A]),
    "erf": (F.erf, [A]),
    "sin": (F.sin, [A]),
    "cos": (F.cos, [A]),
    "cumsum": (lambda a: F.cumsum(a, axis=1).tanh(), [A]),
    "pad": (lambda a: F.pad(a, [(1, 0), (0, 2)], 3.0).tanh(), [A]),
    "gelu": (F.gelu, [A]),
    "gelu, tanh": (lambda a: F.gelu(a, "tanh"), [A]),
    "silu": (F.silu, [A]),
    "elu": (lambda a: F.elu(a, 0.7), [A]),
    "normalize": (F.normalize, [A]),
    "embedding": (lambda w: F.embedding([[1, 0], [1, 1]], w).tanh(), [A]),
    "conv2d, groups": (
        lambda x, w, b: F.conv2d(x, w, b, padding=1, groups=2).tanh(),
        [IMAGES, RNG.normal(size=(6, 2, 3, 3)), RNG.normal(size=6)],
    ),
    "conv1d": (
        lambda x, w: F.conv1d(x, w, stride=2, padding="full").tanh(),
        [RNG.normal(size=(2, 3, 7)), RNG.normal(size=(2, 3, 3))],
    ),
    "conv_transpose2d": (
        lambda x, w, b: F.conv_transpose2d(x, w, b, 2, 1, 1, groups=2, dilation=2).tanh(),
        [IMAGES[:, :, :3, :2], RNG.normal(size=(4, 3, 3, 2)), RNG.normal(size=6)],
    ),
    "max_pool2d, ceil": (lambda x: F.max_pool2d(x, 2, ceil_mode=True) ** 2, [IMAGES]),
    "adaptive_avg_pool2d": (lambda x: F.adaptive_avg_pool2d(x, (2, 4)) ** 2, [IMAGES]),
    "interpolate, nearest": (lambda x: F.interpolate(x, 2) ** 2, [IMAGES[:1]]),
    "interpolate, bilinear": (lambda x: F.interpolate(x, 3, "bilinear") ** 2, [IMAGES[:1]]),
}


@pytest.mark.parametrize("name", ORDER_2)
def test_gradients_of_first_and_second_order(name):
    f, args = ORDER_2[name]
    check_grads(f, args, order=2)


@pytest.mark.parametrize("name", ORDER_2)
def test_float32_stays_float32(name):
    f, args = ORDER_2[name]
    inputs = [Tensor(a.astype(np.float32), requires_grad=True) for a in args]
    out = f(*inputs)
    assert out.dtype == np.float32
    assert {g.dtype for g in grad(out.sum(), inputs)} == {np.dtype(np.float32)}


def test_erf_is_exact_to_rounding():
    # from tables: Abramowitz and Stegun (1964), table 7.1, and its symmetry
    known = {
        0.1: 0.1124629160182849,
        0.5: 0.5204998778130465,
        1.0: 0.8427007929497149,
        2.0: 0.9953222650189527,
    }
    for x, value in known.items():
        assert F.erf(Tensor(x)).item() == pytest.approx(value, rel=4e-16)
        assert F.erf(Tensor(-x)).item() == pytest.approx(-value, rel=4e-16)
    assert F.erf(Tensor([-np.inf, 0.0, np.inf])).data.tolist() == [-1, 0, 1]
    assert np.isnan(F.erf(Tensor(np.nan)).item())


def test_equals_share_the_gradient():
    a = Tensor([1.0], requires_grad=True)
    assert grad(F.maximum(a, 1.0).sum(), a)[0].data == [0.5]
    assert grad(F.minimum(a, 1.0).sum(), a)[0].data == [0.5]


def test_the_zero_vector_has_no_direction_and_a_finite_gradient():
    x = Tensor([[0.0, 0.0]], requires_grad=True)
    out = F.normalize(x)
    assert out.data.tolist() == [[0, 0]]
    assert np.isfinite(grad(out.sum(), x)[0].data).all()


def test_a_row_that_is_looked_up_twice_gets_both_gradients():
    table = Tensor(np.zeros((3, 2)), requires_grad=True)
    F.embedding([2, 2, 0], table).sum().backward()
    assert table.grad.data.tolist() == [[1, 1], [0, 0], [2, 2]]


def test_the_transposed_convolution_is_the_adjoint():
    x, w = RNG.normal(size=(2, 3, 7, 8)), RNG.normal(size=(4, 3, 3, 2))
    y = F.conv2d(x, w, stride=2, padding=1)
    z = RNG.normal(size=y.shape)
    back = F.conv_transpose2d(z, w, stride=2, padding=1, output_padding=(0, 0)).data
    rows, cols = back.shape[2:]
    assert np.sum(y.data * z) == pytest.approx(np.sum(x[:, :, :rows, :cols] * back))


BAD = [
    (
        lambda: F.concatenate([np.ones((2, 3)), np.ones((3, 3))], axis=1),
        "differ along axis 1 only",
    ),
    (lambda: F.concatenate([]), "at least one tensor"),
    (lambda: F.concatenate([np.ones(2)], axis=1), "no axis 1"),
    (lambda: F.stack([np.ones(2), np.ones(3)]), "tensors of one shape"),
    (lambda: F.stack([]), "at least one tensor"),
    (lambda: F.split(np.ones(5), [2, 2]), "add up to 5"),
    (lambda: F.split(np.ones(5), 0), "at least 1 entry"),
    (lambda: F.clip(np.ones(2)), "a lower bound, an upper bound or both"),
    (lambda: F.clip(np.ones(2), 1, 0), "low <= high"),
    (lambda: F.pad(np.ones(2), [(-1, 0)]), "neither below 0"),
    (lambda: F.pad(np.ones(2), [(1, 1), (1, 1)]), "at most 1 axes"),
    (lambda: F.cumsum(np.ones(2), axis=1), "no axis 1"),
    (lambda: F.gelu(np.ones(2), "erf"), "approximate='none' and 'tanh'"),
    (lambda: F.embedding([3], np.ones((3, 2))), "ids from 0 to 2, got 3 to 3"),
    (lambda: F.embedding([-1], np.ones((3, 2))), "ids from 0 to 2, got -1"),
    (
        lambda: F.conv2d(np.ones((1, 4, 5, 5)), np.ones((3, 2, 3, 3)), groups=2),
        "groups=2 divides, got 3",
    ),
    (
        lambda: F.conv2d(np.ones((1, 3, 5, 5)), np.ones((2, 2, 3, 3)), groups=2),
        r"\(N, 4, H, W\)",
    ),
    (lambda: F.conv1d(np.ones((1, 3, 5)), np.ones((2, 2, 3))), "sequences"),
    (
        lambda: F.conv_transpose2d(np.ones((1, 3, 5, 5)), np.ones((2, 2, 3, 3))),
        r"\(N, 2, H, W\)",
    ),
    (
        lambda: F.conv_transpose2d(
            np.ones((1, 2, 5, 5)), np.ones((2, 2, 3, 3)), output_padding=1
        ),
        "output padding below the stride",
    ),
    (
        lambda: F.conv_transpose2d(np.ones((1, 2, 1, 1)), np.ones((2, 2, 3, 3)), padding=2),
        "cuts off all",
    ),
    (lambda: F.adaptive_avg_pool2d(np.ones((1, 1, 2, 2)), 0), "size of at least 1"),
    (lambda: F.interpolate(np.ones((1, 1, 2, 2)), 1.5), "a whole factor"),
    (lambda: F.interpolate(np.ones((1, 1, 2, 2)), 2, "cubic"), "'nearest' and 'bilinear'"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_input_without_meaning_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_id_is_a_whole_number():
    with pytest.raises(TypeError, match="whole numbers, got float64"):
        F.embedding([0.5], np.ones((3, 2)))
