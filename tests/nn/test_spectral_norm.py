"""Spectral normalization against the singular values themselves."""

import numpy as np
import pytest

from book_code import nn
from book_code.autodiff import Tensor, check_grads
from book_code.nn import functional_call

LAYERS = {
    "Linear": (lambda r: nn.Linear(5, 3, rng=r), (2, 5)),
    "Conv1d": (lambda r: nn.Conv1d(2, 3, 3, rng=r), (2, 2, 5)),
    "Conv2d": (lambda r: nn.Conv2d(2, 3, 3, bias=False, rng=r), (2, 2, 4, 5)),
    "ConvTranspose2d": (lambda r: nn.ConvTranspose2d(3, 2, 2, rng=r), (2, 3, 3, 2)),
}


@pytest.fixture(params=LAYERS)
def trio(request):
    """A layer, the same normalized, and an input."""
    make, shape = LAYERS[request.param]
    rng = np.random.default_rng(0)
    plain = make(np.random.default_rng(1)).astype("float64")
    layer = make(np.random.default_rng(1)).astype("float64")
    return plain, nn.spectral_norm(layer, rng=rng), rng.standard_normal(shape)


def matrix(layer, weight):
    """A weight with one row for each output channel; that of a transposed convolution is (in, out, kH, kW)."""
    if isinstance(layer, nn.ConvTranspose2d):
        weight = np.moveaxis(weight, 1, 0)
    return weight.reshape(len(weight), -1)


def settled(layer, x, batches=200):
    for _ in range(batches):
        layer(x)
    return layer


def test_after_some_batches_the_largest_singular_value_is_1(trio):
    plain, layer, x = trio
    largest = np.linalg.svd(matrix(plain, plain.weight.data))[1][0]
    settled(layer, x)
    assert np.linalg.svd(matrix(layer, layer.weight.data))[1][0] == pytest.approx(1)
    np.testing.assert_allclose(layer.weight.data, plain.weight.data / largest, rtol=1e-9)


def test_the_layer_is_the_plain_one_with_that_weight(trio):
    plain, layer, x = trio
    settled(layer, x).eval()
    plain.weight = Tensor(layer.weight.data, requires_grad=True)
    np.testing.assert_allclose(layer(x).data, plain(x).data, rtol=1e-12)
    assert repr(layer) == repr(plain)


def test_gradients_of_first_and_second_order(trio):
    """In use u and v stand still; they are constants to the gradient in training too, as in PyTorch."""
    _, layer, x = trio
    layer.eval()
    check_grads(
        lambda w, x: functional_call(layer, {"weight_orig": w}, x),
        [layer.weight_orig.data, x],
    )


def test_the_gradient_does_not_go_along_the_weight(trio):
    """Equation 12: growing the weight as a whole changes nothing, so the slope that way is 0."""
    _, layer, x = trio
    settled(layer, x).eval()
    (layer(x) ** 2).sum().backward()
    slope = (layer.weight_orig.grad.data * layer.weight_orig.data).sum()
    assert abs(slope) < 1e-12
    assert np.abs(layer.weight_orig.grad.data).max() > 0.01


def test_power_iteration_runs_in_training_only(trio):
    _, layer, x = trio
    u, v = layer.weight_u, layer.weight_v
    layer.eval()(x)
    assert layer.weight_u is u
    assert layer.weight_v is v
    start = u.copy()
    layer.train()(x)
    assert not np.allclose(layer.weight_u, start)
    assert np.array_equal(u, start)  # old records stay true
    assert np.linalg.norm(layer.weight_u) == pytest.approx(1)
    assert np.linalg.norm(layer.weight_v) == pytest.approx(1)


def test_more_iterations_settle_sooner():
    errors = []
    for count in (1, 5):
        rng = np.random.default_rng(3)
        layer = nn.spectral_norm(nn.Linear(20, 20, rng=rng), count, rng=rng).astype("float64")
        layer(np.zeros((1, 20)))
        errors.append(np.linalg.svd(layer.weight.data)[1][0] - 1)
    assert 0 < errors[1] < errors[0] / 2


def test_names_types_and_what_is_trained():
    rng = np.random.default_rng(0)
    layer = nn.spectral_norm(nn.Linear(5, 3, rng=rng), rng=rng)
    shapes = {"bias": (3,), "weight_orig": (3, 5), "weight_u": (3,), "weight_v": (5,)}
    assert {key: value.shape for key, value in layer.state_dict().items()} == shapes
    assert list(dict(layer.named_parameters())) == ["bias", "weight_orig"]
    assert {v.dtype for v in layer.state_dict().values()} == {np.dtype(np.float32)}
    assert layer(np.ones((2, 5), np.float32)).dtype == np.float32
    assert layer.weight_u.dtype == np.float32


def test_what_does_not_fit_is_explained():
    rng = np.random.default_rng(0)
    layer = nn.spectral_norm(nn.Linear(5, 3, rng=rng), rng=rng)
    with pytest.raises(ValueError, match="this Linear is normalized already"):
        nn.spectral_norm(layer, rng=rng)
    with pytest.raises(TypeError, match=r"expected a Linear, .* got BatchNorm1d"):
        nn.spectral_norm(nn.BatchNorm1d(3), rng=rng)
    with pytest.raises(ValueError, match="sizes of at least 1, got 0"):
        nn.spectral_norm(nn.Linear(5, 3, rng=rng), 0, rng=rng)


def test_what_cannot_be_normalized_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="eps above 0"):
        nn.spectral_norm(nn.Linear(2, 2, rng=rng), eps=0.0, rng=rng)
    layer = nn.Linear(2, 2, rng=rng)
    layer.weight.data = np.zeros((2, 2), np.float32)
    with pytest.raises(ValueError, match="a Linear of zeros cannot be normalized"):
        nn.spectral_norm(layer, rng=rng)(np.ones((1, 2), np.float32))
