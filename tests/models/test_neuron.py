import numpy as np
import pytest

from book_code.models import registry
from book_code.models.neuron import gate

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
TRUTH = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "nand": [1, 1, 1, 0], "nor": [1, 0, 0, 0]}


def neuron(**settings):
    return registry.build("neuron", rng=np.random.default_rng(0), **settings)


@pytest.mark.parametrize("name", TRUTH)
def test_a_gate_is_its_truth_table(name):
    assert gate(name)(CORNERS).data.tolist() == TRUTH[name]


def test_not():
    assert gate("not")(CORNERS[:2, 1:]).data.tolist() == [1, 0]


def test_three_neurons_are_what_one_cannot_be():
    hidden = np.stack([gate("or")(CORNERS).data, gate("nand")(CORNERS).data], axis=1)
    assert gate("and")(hidden).data.tolist() == [0, 1, 1, 0]


def test_the_score_is_the_weighted_sum_and_0_on_the_boundary():
    net = neuron()
    w, b = net.weight.data, net.bias.data
    x = np.random.default_rng(1).normal(size=(4, 2)).astype(np.float32)
    np.testing.assert_allclose(net.score(x).data, x @ w + b, rtol=1e-6)
    on_it = -b * w / (w @ w) + np.array([[-w[1], w[0]]]) * np.array([[-2], [0], [3]])
    np.testing.assert_allclose(net.score(on_it.astype(np.float32)).data, 0, atol=1e-6)
    np.testing.assert_allclose(net(on_it.astype(np.float32)).data, 0.5, atol=1e-6)


def test_pictures_are_flattened():
    assert neuron(in_features=12)(np.zeros((5, 3, 4), np.float32)).shape == (5,)


def test_a_step_says_why_it_does_not_learn():
    with pytest.raises(ValueError, match=r"a Step is flat.*perceptron's rule"):
        neuron(activation="step")(CORNERS).sum().backward()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: neuron(activation="swish"), "activation"),
        (lambda: neuron(in_features=0), "in_features"),
        (lambda: neuron()(np.ones((4, 3), np.float32)), r"inputs of shape \(N, 2\), got \(4, 3\)"),
        (lambda: gate("xor"), "one neuron can be and, or, nand, nor, not; got 'xor'"),
    ],
    ids=["activation", "size", "inputs", "gate"],
)  # fmt: skip
def test_what_does_not_fit_is_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()
