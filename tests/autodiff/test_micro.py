from pathlib import Path

import pytest

from book_code.autodiff import Tensor, grad, micro
from book_code.autodiff.micro import Value


def test_the_example_of_micrograds_readme():
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert round(g.data, 4) == 24.7041
    assert round(a.grad, 4) == 138.8338
    assert round(b.grad, 4) == 645.5773


FUNCTIONS = {
    "add": lambda a, b: a + b + 2,
    "subtract": lambda a, b: 1 - (a - b - 2),
    "multiply": lambda a, b: 3 * a * b * a,
    "divide": lambda a, b: 2 / (a / b),
    "power": lambda a, b: a**3 + b**-2 + a**0 + b**0.5,
    "functions": lambda a, b: a.exp() * b.log() + (a * b).tanh(),
    "relu": lambda a, b: (a - b).relu() + (b - a).relu() * 2,
    "shared": lambda a, b: (a * a) * (a * a) + b * 0,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_equal_those_of_the_tensor_engine(name):
    f = FUNCTIONS[name]
    values = Value(1.3), Value(0.7)
    tensors = Tensor(1.3, requires_grad=True), Tensor(0.7, requires_grad=True)
    out, expected = f(*values), f(*tensors)
    out.backward()
    assert out.data == pytest.approx(expected.item())
    assert [v.grad for v in values] == pytest.approx(
        [g.item() for g in grad(expected, tensors)]
    )


def test_a_second_backward_adds_the_same_again():
    a = Value(3.0)
    b = a * a
    c = b * a
    c.backward()
    c.backward()
    assert (a.grad, b.grad, c.grad) == (54, 6, 2)


def test_a_chain_of_40000_operations():
    x = Value(1.0)
    y = x
    for _ in range(40_000):
        y = y + 1
    y.backward()
    assert (y.data, x.grad) == (40_001, 1)


def test_parents_stand_before_children_and_each_once():
    a = Value(2.0)
    b = a * a
    c = b + a
    assert c.graph() == [a, b, c]
    assert [v.op for v in c.graph()] == ["", "*", "+"]
    assert c.parents == (b, a)
    assert b.slopes == (2, 2)


def test_the_slope_of_relu_at_0_is_0():
    x = Value(0.0)
    x.relu().backward()
    assert x.grad == 0


def test_repr():
    assert repr(Value(2)) == "Value(data=2, grad=0)"


def test_it_stays_small_and_needs_no_numpy():
    text = Path(micro.__file__).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    assert "numpy" not in text


def test_a_neuron_learns_or():
    w = [Value(0.1), Value(-0.2), Value(0.0)]
    for _ in range(200):
        loss = Value(0.0)
        for x1, x2, target in [(0, 0, -1), (0, 1, 1), (1, 0, 1), (1, 1, 1)]:
            loss = loss + ((w[0] * x1 + w[1] * x2 + w[2]).tanh() - target) ** 2
        for v in w:
            v.grad = 0.0
        loss.backward()
        for v in w:
            v.data -= 0.1 * v.grad
    assert loss.data < 0.3
