"""What holds for every layer of the table in conftest.py, and what each refuses."""

import numpy as np
import pytest

from book_code import nn
from book_code.autodiff import Tensor, check_grads


def generator():
    return np.random.default_rng(0)


def images(*shape):
    """Distinct numbers, 0.1 apart: no two compete for a maximum, none is near 0."""
    count = int(np.prod(shape))
    return generator().permutation(0.1 * (np.arange(count) - count // 2) + 0.05).reshape(shape)


def test_output_shape_and_type(case):
    layer = case.make(generator())
    out = layer(images(*case.shape).astype(np.float32))
    assert out.shape == case.out
    assert out.dtype == np.float32


def test_gradients_of_first_and_second_order(case):
    layer = case.make(generator()).astype("float64")
    parameters = dict(layer.named_parameters())

    def f(x, *values):
        return nn.functional_call(layer, dict(zip(parameters, values, strict=True)), x)

    check_grads(f, [images(*case.shape), *(p.data for p in parameters.values())])


def test_float32_gradients_stay_float32(case):
    layer = case.make(generator())
    x = Tensor(images(*case.shape).astype(np.float32), requires_grad=True)
    layer(x).sum().backward()
    assert {t.grad.dtype for t in (x, *layer.parameters())} == {np.dtype(np.float32)}


def test_an_empty_batch_gives_an_empty_batch(case):
    layer = case.make(generator())
    x = Tensor(np.zeros((0, *case.shape[1:]), np.float32), requires_grad=True)
    out = layer(x)
    assert out.shape == (0, *case.out[1:])
    out.sum().backward()
    assert x.grad.shape == x.shape
    assert all((p.grad.data == 0).all() for p in layer.parameters())


def test_saying_what_it_is(case):
    assert repr(case.make(generator())).startswith(case.name.split()[0].rstrip(",") + "(")


def test_first_weights_come_from_the_generator_alone(case):
    states = [case.make(generator()).state_dict() for _ in range(2)]
    for name, value in states[0].items():
        np.testing.assert_array_equal(value, states[1][name])


@pytest.mark.parametrize(
    ("layer", "bound"),
    [
        (nn.Linear(50, 400, rng=np.random.default_rng(0)), 50**-0.5),
        (nn.Conv2d(8, 64, 5, rng=np.random.default_rng(0)), 200**-0.5),
    ],
    ids=["Linear", "Conv2d"],
)
def test_first_weights_are_spread_as_in_torch(layer, bound):
    for p in (layer.weight.data, layer.bias.data):
        assert abs(p).max() <= bound
    assert layer.weight.data.std() == pytest.approx(bound / 3**0.5, rel=0.02)


def test_float64_arrays_meet_float32_weights_and_come_out_float32():
    x = Tensor(np.ones((1, 3)), requires_grad=True)
    out = nn.Linear(3, 2, rng=generator())(x)
    out.sum().backward()
    assert (out.dtype, x.grad.dtype) == (np.float32, np.float64)


def test_dropout_drops_in_training_only():
    layer = nn.Dropout(0.4, rng=generator())
    x = np.ones((300, 300))
    share = np.mean(layer(x).data == 0)
    assert share == pytest.approx(0.4, abs=0.02)
    assert layer(x).data.mean() == pytest.approx(1, abs=0.02)
    assert (layer.eval()(x).data == 1).all()
    assert not np.array_equal(layer.train()(x).data, layer(x).data)


def test_dropout_sends_gradients_where_it_let_numbers_through():
    layer, x = nn.Dropout(0.5, rng=generator()), Tensor(np.ones(50), requires_grad=True)
    out = layer(x)
    out.sum().backward()
    np.testing.assert_array_equal(x.grad.data, out.data)


def test_changing_an_argument_changes_the_layer():
    rng = generator()
    x = images(1, 2, 6, 6).astype(np.float32)
    plain = nn.Conv2d(2, 2, 3, rng=rng)
    for change in ({"stride": 2}, {"padding": 1}, {"dilation": 2}, {"padding": "full"}):
        assert nn.Conv2d(2, 2, 3, **change, rng=rng)(x).shape != plain(x).shape
    assert list(nn.Conv2d(2, 2, 3, bias=False, rng=rng).state_dict()) == ["weight"]
    assert list(nn.Linear(2, 2, bias=False, rng=rng).state_dict()) == ["weight"]
    assert nn.MaxPool2d(2, stride=1)(x).shape != nn.MaxPool2d(2)(x).shape
    assert nn.AvgPool2d(2, padding=1)(x).shape != nn.AvgPool2d(2)(x).shape


RNG = np.random.default_rng(0)
BAD = [
    (
        lambda: nn.Linear(784, 10, rng=RNG)(np.ones((64, 28, 28))),
        ValueError,
        r"Linear expected inputs of shape \(N, 784\), got \(64, 28, 28\); flatten them first",
    ),
    (
        lambda: nn.Linear(3, 2, rng=RNG)(np.ones((5, 4))),
        ValueError,
        r"Linear expected inputs of shape \(N, 3\), got \(5, 4\)$",
    ),
    (
        lambda: nn.Linear(3, 2, rng=RNG)(np.ones((5, 3), np.int64)),
        TypeError,
        r"Linear expected floating-point inputs, got int64: convert them, x.astype\(np.float32\)$",
    ),
    (
        lambda: nn.Conv2d(1, 2, 3, rng=RNG)(np.ones((1, 1, 8, 8), np.uint8)),
        TypeError,
        "Conv2d expected floating-point inputs, got uint8.*divide pixels by 255",
    ),
    (
        lambda: nn.Conv2d(3, 2, 3, rng=RNG)(np.ones((1, 1, 8, 8))),
        ValueError,
        r"Conv2d expected images of shape \(N, 3, H, W\), got \(1, 1, 8, 8\)$",
    ),
    (
        lambda: nn.Conv2d(1, 2, 3, rng=RNG)(np.ones((8, 28, 28))),
        ValueError,
        r"Conv2d expected images of shape \(N, 1, H, W\), got \(8, 28, 28\); add the missing axis",
    ),
    (
        lambda: nn.Conv2d(3, 2, 3, rng=RNG)(np.ones((1, 8, 8, 3))),
        ValueError,
        "channels come second",
    ),
    (
        lambda: nn.Conv2d(1, 2, 5, rng=RNG)(np.ones((1, 1, 4, 4))),
        ValueError,
        r"a window of \(5, 5\).*does not fit into an image of 4 x 4",
    ),
    (
        lambda: nn.MaxPool2d(2)(np.ones((4, 4))),
        ValueError,
        r"MaxPool2d expected images of shape \(N, C, H, W\), got \(4, 4\)",
    ),
    (
        lambda: nn.AvgPool2d(2)(np.ones((1, 4, 4))),
        ValueError,
        r"AvgPool2d expected images of shape \(N, C, H, W\), got \(1, 4, 4\)",
    ),
    (lambda: nn.MaxPool2d(5)(np.ones((1, 1, 4, 4))), ValueError, "does not fit into"),
    (lambda: nn.Flatten()(np.float64(1)), ValueError, "Flatten expected a batch"),
    (lambda: nn.Dropout(1.5, rng=RNG), ValueError, "0 <= p < 1, got 1.5"),
    (
        lambda: nn.Sequential(nn.ReLU(), np.tanh),
        TypeError,
        "expected layers, got ufunc at place 1",
    ),
    (lambda: nn.Linear(0, 3, rng=RNG), ValueError, "Linear expected sizes of at least 1"),
    (lambda: nn.Linear(3, 2.5, rng=RNG), ValueError, "Linear expected sizes of at least 1"),
    (lambda: nn.Conv2d(1, 0, 3, rng=RNG), ValueError, "Conv2d expected sizes of at least 1"),
    (lambda: nn.Linear(3, 2), TypeError, "rng"),
    (lambda: nn.Tanh()(np.array(["a"])), TypeError, "real numbers"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD, ids=[b[2] for b in BAD])
def test_what_does_not_fit_is_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()
