import numpy as np
import pytest

from book_code import nn
from book_code.autodiff import Tensor, check_grads, grad
from book_code.autodiff import functional as F

RNG = np.random.default_rng(0)
X = 2 + 3 * RNG.standard_normal((3, 4, 3, 2))


def moments(x, axes):
    return np.abs(x.mean(axis=axes)).max(), np.abs(x.var(axis=axes) - 1).max()


@pytest.mark.parametrize(
    ("layer", "axes"),
    [
        (nn.BatchNorm2d(4), (0, 2, 3)),
        (nn.InstanceNorm2d(4), (2, 3)),
        (nn.LayerNorm((4, 3, 2)), (1, 2, 3)),
        (nn.LayerNorm(2), 3),
        (nn.GroupNorm(1, 4), (1, 2, 3)),
    ],
    ids=lambda v: repr(v)[:40],
)
def test_over_its_axes_the_mean_is_0_and_the_variance_1(layer, axes):
    out = layer.astype("float64")(X).data
    mean, variance = moments(out, axes)
    assert mean < 1e-12
    assert variance < 1e-2 if axes == 3 else variance < 1e-4
    other = 0 if axes == (1, 2, 3) else 1
    assert moments(out, other)[0] > 0.01  # and over others they are not


def test_rms_norm_keeps_the_direction_and_sets_the_size():
    out = nn.RMSNorm(2).astype("float64")(X).data
    np.testing.assert_allclose((out**2).mean(axis=-1), 1)
    np.testing.assert_allclose(out[..., 0] / out[..., 1], X[..., 0] / X[..., 1])


@pytest.mark.parametrize("training", [True, False])
def test_gradients_of_batch_norm_with_running_numbers(training):
    mean, var = RNG.standard_normal(4), 1 + RNG.random(4)

    def f(x, w, b):
        return F.batch_norm(x, mean.copy(), var.copy(), w, b, training)

    check_grads(f, [X, RNG.standard_normal(4), RNG.standard_normal(4)])


def test_gradients_of_the_third_order():
    check_grads(lambda x, w: F.layer_norm(x, 2, w), [X[0, 0], [1.5, -0.5]], order=3)
    check_grads(lambda x: F.rms_norm(x, 2), [X[0, 0]], order=3)


def test_running_numbers_move_in_training_only_and_into_new_arrays():
    layer = nn.BatchNorm2d(4)
    start = layer.running_mean
    layer.eval()(X)
    assert layer.running_mean is start
    assert layer.num_batches_tracked == 0
    layer.train()(X)
    assert start.tolist() == [0, 0, 0, 0]  # who holds the old ones keeps them
    np.testing.assert_allclose(layer.running_mean, 0.1 * X.mean(axis=(0, 2, 3)), rtol=1e-6)
    unbiased = X.var(axis=(0, 2, 3), ddof=1)
    np.testing.assert_allclose(layer.running_var, 0.9 + 0.1 * unbiased, rtol=1e-6)
    assert layer.num_batches_tracked == 1
    assert layer.num_batches_tracked.dtype == np.int64
    assert layer.running_mean.dtype == np.float32


def test_running_numbers_are_saved_and_do_not_forget_their_types():
    layer, twin = nn.BatchNorm1d(3), nn.BatchNorm1d(3)
    layer(RNG.standard_normal((5, 3)))
    twin.load_state_dict(layer.state_dict())
    x = RNG.standard_normal((2, 3)).astype(np.float32)
    np.testing.assert_array_equal(twin.eval()(x).data, layer.eval()(x).data)
    assert layer.astype("float64").num_batches_tracked.dtype == np.int64
    assert layer.running_var.dtype == np.float64


def test_what_is_switched_off_is_not_there():
    assert list(nn.BatchNorm1d(3, affine=False).state_dict()) == [
        "running_mean",
        "running_var",
        "num_batches_tracked",
    ]
    assert list(nn.BatchNorm2d(3, track_running_stats=False).state_dict()) == ["weight", "bias"]
    assert nn.InstanceNorm2d(3).state_dict() == {}
    assert list(nn.LayerNorm(3, bias=False).state_dict()) == ["weight"]
    assert nn.RMSNorm(3, elementwise_affine=False).state_dict() == {}


def test_equal_inputs_give_zeros_and_finite_gradients():
    x = Tensor(np.full((4, 3), 7.0), requires_grad=True)
    for f in (lambda: F.batch_norm(x, None, None), lambda: F.layer_norm(x, 3)):
        assert (f().data == 0).all()
        assert np.isfinite(grad(f().sum(), x)[0].data).all()


ONE = np.ones((1, 3))
BAD = [
    (lambda: nn.BatchNorm1d(3)(ONE), ValueError, r"batch_norm needs more than one value.*\(1, 3\)"),
    (lambda: nn.BatchNorm1d(3)(np.ones((2, 4))), ValueError,
     r"BatchNorm1d expected inputs of shape \(N, 3\) or \(N, 3, L\), got \(2, 4\)"),
    (lambda: nn.BatchNorm2d(3)(np.ones((2, 3))), ValueError, r"\(N, 3, H, W\), got \(2, 3\)"),
    (lambda: nn.BatchNorm2d(1)(np.ones((2, 1, 3, 3), np.uint8)), TypeError, "divide pixels by 255"),
    (lambda: nn.InstanceNorm2d(1)(np.ones((2, 1, 3, 3), np.uint8)), TypeError, "got uint8"),
    (lambda: nn.InstanceNorm2d(3)(np.ones((2, 3, 1, 1))), ValueError, "in every channel of an image"),
    (lambda: nn.BatchNorm1d(0), ValueError, "sizes of at least 1"),
    (lambda: nn.BatchNorm1d(3, eps=-1), ValueError, "eps that is not negative, got -1"),
    (lambda: nn.BatchNorm1d(3, momentum=2), ValueError, "momentum from 0 to 1 or None, got 2"),
    (lambda: nn.LayerNorm(4)(np.ones((2, 3))), ValueError,
     r"LayerNorm expected inputs of shape \(..., 4\), got \(2, 3\)"),
    (lambda: nn.LayerNorm(()), ValueError, "at least one size"),
    (lambda: nn.RMSNorm((2, 3))(np.ones((3, 2))), ValueError, r"\(..., 2, 3\), got \(3, 2\)"),
    (lambda: nn.RMSNorm(3)(np.ones(3, int)), TypeError, "RMSNorm expected floating-point"),
    (lambda: nn.GroupNorm(3, 4), ValueError, "cannot make 3 equal groups of 4 channels"),
    (lambda: nn.GroupNorm(2, 4)(np.ones((2, 6))), ValueError, r"\(N, 4, ...\), got \(2, 6\)"),
    (lambda: F.group_norm(np.ones((2, 5)), 2), ValueError, "group_norm cannot make 2 equal groups of 5"),
    (lambda: F.batch_norm(np.ones((2, 3)), np.ones(2), np.ones(2)), ValueError,
     r"one number for each channel: expected shape \(3,\), .* got \(2,\)"),
    (lambda: F.batch_norm(np.ones((2, 3)), np.ones(3), None), ValueError, "or neither"),
    (lambda: F.batch_norm(np.ones(3), None, None), ValueError, r"shape \(N, C, ...\), got \(3,\)"),
    (lambda: F.layer_norm(np.ones((2, 3)), 3, np.ones(2)), ValueError, r"bias of shape \(3,\), got \(2,\)"),
    (lambda: F.layer_norm(np.ones((2, 3), int), 3), TypeError, "floating-point inputs, got int(32|64)"),
    (lambda: F.instance_norm(np.ones((2, 3, 2)), use_input_stats=False), ValueError, "running statistics"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD, ids=[b[2] for b in BAD])
def test_what_does_not_fit_is_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()
