import numpy as np
import pytest

from book_code import nn
from book_code.autodiff import Tensor, no_grad

HUGE = np.array([-1e4, -100.0, 0.0, 100.0, 1e4], np.float32)
NAMES = [
    "ReLU",
    "LeakyReLU",
    "PReLU",
    "ELU",
    "GELU",
    "SiLU",
    "Softplus",
    "Tanh",
    "Sigmoid",
    "Softmax",
]


@pytest.mark.parametrize("name", NAMES)
def test_huge_inputs_give_finite_outputs_and_gradients(name):
    x = Tensor(HUGE, requires_grad=True)
    out = getattr(nn, name)()(x)
    out.sum().backward()
    assert np.isfinite(out.data).all()
    assert np.isfinite(x.grad.data).all()
    assert out.dtype == np.float32


def test_gelu_tanh_also_stays_finite():
    x = Tensor(HUGE, requires_grad=True)
    nn.GELU("tanh")(x).sum().backward()
    assert x.grad.data.round(3).tolist() == [0, 0, 0.5, 1, 1]


def test_slopes_at_0_are_those_that_torch_takes():
    for name, slope in {
        "ReLU": 0,
        "LeakyReLU": 0.01,
        "PReLU": 0.25,
        "ELU": 1,
        "Tanh": 1,
    }.items():
        x = Tensor(np.zeros(1), requires_grad=True)
        getattr(nn, name)()(x).sum().backward()
        assert x.grad.data == pytest.approx(slope), name


def test_large_scores_cost_softmax_no_digits():
    x = np.random.default_rng(0).standard_normal((20, 7)).astype(np.float32)
    large = (x + np.float32(1e4)).astype(np.float32)
    exact = np.exp(large.astype(np.float64) - 1e4)
    exact /= exact.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(nn.Softmax()(large).data, exact, rtol=1e-6)


def test_a_step_counts_only_what_is_above_0():
    assert nn.Step()([-0.1, 0.0, 0.1]).data.tolist() == [0, 0, 1]
    assert nn.Step()(np.array([-1, 0, 3])).dtype == np.float32
    with no_grad():
        nn.Step()(Tensor([1.0], requires_grad=True))


def test_a_step_has_no_gradient_and_says_so():
    x = Tensor([1.0, -1.0], requires_grad=True)
    with pytest.raises(ValueError, match="a Step is flat, so no gradient passes it"):
        nn.Step()(x).sum().backward()


def test_the_slope_of_a_prelu_is_learned():
    layer = nn.PReLU(2)
    layer(np.array([[-3.0, 1.0], [-1.0, -2.0]])).sum().backward()
    assert layer.weight.grad.data.tolist() == [-4, -2]


def test_dropout2d_drops_whole_channels():
    layer = nn.Dropout2d(0.4, rng=np.random.default_rng(0))
    x = np.ones((50, 40, 2, 3), np.float32)
    out = layer(x)
    sums = out.data.sum(axis=(2, 3))
    assert out.dtype == np.float32
    assert np.allclose(sums * (sums - 10), 0, atol=1e-4)  # 6 · 1 / 0.6, or nothing
    assert np.mean(sums == 0) == pytest.approx(0.4, abs=0.03)
    np.testing.assert_array_equal(layer.eval()(x).data, x)


BAD = [
    (lambda: nn.PReLU(3)(np.ones((2, 4))), ValueError, r"\(N, 3, ...\), got \(2, 4\)"),
    (lambda: nn.PReLU(3)(np.ones(3)), ValueError, r"PReLU expected .* got \(3,\)"),
    (lambda: nn.PReLU(0), ValueError, "sizes of at least 1"),
    (lambda: nn.GELU("erf"), ValueError, "'none' and 'tanh', got 'erf'"),
    (lambda: nn.Softmax(2)([[1.0]]), ValueError, r"there is no axis 2 in a tensor of shape \(1, 1\)"),
    (lambda: nn.Dropout2d(0.5, rng=np.random.default_rng(0))(np.ones((2, 3))), ValueError, "Dropout2d expected"),
    (lambda: nn.Dropout2d(1.0, rng=np.random.default_rng(0)), ValueError, "Dropout2d expected a probability"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD, ids=[b[2] for b in BAD])
def test_what_does_not_fit_is_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    "layer",
    [
        nn.LeakyReLU(), nn.Softmax(), nn.Dropout(0.3, rng=np.random.default_rng(0)),
        nn.Dropout2d(0.3, rng=np.random.default_rng(0)),
    ],
)  # fmt: skip
def test_whole_numbers_that_would_be_cut_are_refused(layer):
    with pytest.raises(
        TypeError, match=r"got int(32|64): convert them, x\.astype\(np\.float32\)"
    ):
        layer([-1, 2])
