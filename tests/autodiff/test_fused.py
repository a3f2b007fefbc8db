"""What is computed at one go, against the composed function that it stands for."""

import numpy as np
import pytest

from book_code.autodiff import Tensor, check_grads, grad, no_grad
from book_code.autodiff.fused import ALL, fused


def cubes(x, y):
    return x * x * x * y


@pytest.fixture
def cube():
    """x³ y, whose fast gradient notes how often it was asked for."""
    calls = []

    @fused(cubes)
    def cube(x, y):
        def backward(g):
            calls.append(g)
            return 3 * g * x**2 * y, lambda: g * x**3

        return x**3 * y, backward

    yield cube, calls
    del ALL["cube"]


def variable(*values):
    return Tensor(np.array(values), requires_grad=True)


def test_gradients_are_right_to_every_order(cube):
    check_grads(cube[0], [np.array([0.5, -1.2]), np.array([2.0, 3.0])], order=3)


def test_all_gradients_come_from_one_call(cube):
    f, calls = cube
    x, y = variable(2.0), variable(5.0)
    assert [g.item() for g in grad(f(x, y), (x, y))] == [60, 8]
    assert len(calls) == 1


def test_a_second_sweep_finds_what_the_first_found(cube):
    x, y, seed = variable(2.0), variable(5.0), Tensor([1.0])
    out = cube[0](x, y)
    for _ in range(2):
        assert [g.item() for g in grad(out, (x, y), seed=seed)] == [60, 8]
        assert grad(out, y, seed=seed)[0].item() == 8
    again = grad(out, (x, y), create_graph=True, seed=seed)
    assert [g.item() for g in again] == [60, 8]
    assert [g.item() for g in grad(out, (x, y), seed=seed)] == [60, 8]


def test_one_tensor_in_both_places(cube):
    x = variable(2.0)
    (first,) = grad(cube[0](x, x), x, create_graph=True)
    assert first.item() == 4 * 2**3
    assert grad(first, x)[0].item() == 12 * 2**2


def test_one_argument_made_from_the_other(cube):
    x = variable(2.0)
    (first,) = grad(cube[0](x, x * x), x, create_graph=True)
    (second,) = grad(first, x, create_graph=True)
    assert (first.item(), second.item()) == (5 * 2**4, 20 * 2**3)
    assert grad(second, x)[0].item() == 60 * 2**2


def test_constants_get_none_and_arguments_may_be_missing():
    @fused(lambda x, w, b: x if w is None else x * w + b)
    def line(x, w, b):
        return (
            (x, lambda g: (g, None, None))
            if w is None
            else (x * w + b, lambda g: (g * w, g * x, g))
        )

    x, w = variable(2.0), variable(5.0)
    assert grad(line(x, None, None), x)[0].item() == 1
    assert [g.item() for g in grad(line(Tensor([2.0]), w, 3.0), w)] == [2]
    (slope,) = grad(line(x, w, 1.0), x, create_graph=True)
    assert grad(slope, w)[0].item() == 1
    del ALL["line"]


def test_without_recording_nothing_is_recorded(cube):
    with no_grad():
        assert not cube[0](variable(1.0), variable(1.0)).requires_grad


def test_replaced_numbers_are_noticed(cube):
    x = variable(2.0)
    out = cube[0](x, variable(1.0))
    x.data = x.data + 1
    with pytest.raises(ValueError, match="cube was recorded with other numbers"):
        out.backward()
