import numpy as np
import pytest

from book_code import optim
from book_code.autodiff import Tensor, grad

OPTIMIZERS = {
    "SGD": lambda p: optim.SGD(p, 0.05),
    "momentum": lambda p: optim.SGD(p, 0.02, momentum=0.9),
    "nesterov": lambda p: optim.SGD(p, 0.02, momentum=0.9, nesterov=True),
    "decay": lambda p: optim.SGD(p, 0.05, weight_decay=1e-4),
    "Adam": lambda p: optim.Adam(p, 0.1),
    "AdamW": lambda p: optim.AdamW(p, 0.1, weight_decay=1e-4),
}


def valley(w):
    return (w * w * np.array([1.0, 10.0])).sum()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_finds_the_bottom_of_a_valley(name):
    w = Tensor([2.0, -1.0], requires_grad=True)
    optimizer = OPTIMIZERS[name]([w])
    for _ in range(400):
        optimizer.zero_grad()
        valley(w).backward()
        optimizer.step()
    assert np.abs(w.data).max() < 1e-2


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_gradients_may_be_handed_over(name):
    w, v = (Tensor([2.0, -1.0], requires_grad=True) for _ in range(2))
    one, two = OPTIMIZERS[name]([w]), OPTIMIZERS[name]([v])
    for _ in range(3):
        w.grad = None
        valley(w).backward()
        one.step()
        two.step(grad(valley(v), [v]))
    np.testing.assert_array_equal(w.data, v.data)
    assert v.grad is None


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_float32_stays_float32_and_given_arrays_stay_as_they_are(name):
    array = np.array([2.0, -1.0], np.float32)
    w = Tensor(array, requires_grad=True)
    optimizer = OPTIMIZERS[name](w)
    for _ in range(2):
        optimizer.step([[1.0, 1.0]])
    assert w.dtype == np.float32
    assert array.tolist() == [2, -1]
    for value in optimizer.state[0].values():
        assert isinstance(value, int) or value.dtype == np.float32


def test_a_parameter_without_gradient_stays():
    w, v = Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w, v], 0.1, weight_decay=1.0)
    (w * 2).sum().backward()
    optimizer.step()
    assert (w.data != 1).all()
    assert v.data == [1.0]


def test_a_frozen_parameter_stays():
    w, v = Tensor([1.0], requires_grad=True), Tensor([1.0])
    optimizer = optim.SGD([w, v], 0.1)
    (w * v).sum().backward()
    optimizer.step()
    assert (w.data, v.data) == (0.9, 1.0)


def test_the_learning_rate_may_change():
    w = Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w], 0.1)
    optimizer.lr = 0.5
    optimizer.step([[1.0]])
    assert w.data == [0.5]


W = Tensor([1.0, 2.0], requires_grad=True)
BAD = [
    (lambda: optim.SGD([], 0.1), ValueError, "given no parameters"),
    (lambda: optim.SGD([np.ones(2)], 0.1), TypeError, "Tensors, got ndarray at place 0"),
    (lambda: optim.SGD([W * 2], 0.1), ValueError, "place 0 is the result of multiply"),
    (lambda: optim.SGD([W, W], 0.1), ValueError, "a parameter is there twice"),
    (lambda: optim.SGD([W], -1), ValueError, "must not be negative, got -1"),
    (lambda: optim.SGD([W], 0.1, momentum=-1), ValueError, "must not be negative"),
    (lambda: optim.SGD([W], 0.1, nesterov=True), ValueError, "nesterov needs a momentum"),
    (lambda: optim.Adam([W], betas=(0.9, 1.0)), ValueError, "betas must lie"),
    (lambda: optim.Adam([W], eps=-1), ValueError, "must not be negative"),
    (lambda: optim.AdamW([W], weight_decay=-1), ValueError, "must not be negative"),
    (lambda: optim.SGD([W], 0.1).step([]), ValueError, "expected 1 gradients, got 0"),
    (lambda: optim.SGD([W], 0.1).step([[1.0]]), ValueError, r"shape \(2,\) got a gradient of shape \(1,\)"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD, ids=[b[2] for b in BAD])
def test_what_does_not_fit_is_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()
