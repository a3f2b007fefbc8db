"""Rosenblatt's rule: what is proved about it, and what the class promises."""

import numpy as np
import pytest

from book_code.data import load, toy
from book_code.models.perceptron import (
    MulticlassPerceptron,
    MulticlassPerceptronConfig,
    Perceptron,
    PerceptronConfig,
)


@pytest.mark.parametrize("gate", ["and", "or", "nand", "nor"])
def test_separable_gates_are_learned(gate):
    x, y = toy.logic_gates(gate)
    model = Perceptron()
    updates = model.fit(x, y)
    assert updates[-1] == 0
    assert all(updates[:-1])
    assert model.predict(x).tolist() == y.tolist()


@pytest.mark.parametrize("gate", ["xor", "xnor"])
def test_xor_never_ends(gate):
    x, y = toy.logic_gates(gate)
    model = Perceptron()
    updates = model.fit(x, y, max_epochs=200)
    assert len(updates) == 200
    assert all(updates)
    assert (model.predict(x) != y).any()


@pytest.mark.parametrize("margin", [0.1, 0.3, 1.0])
def test_updates_stay_below_novikoffs_bound(margin):
    x, y = toy.blobs(200, margin=margin, rng=np.random.default_rng(0))
    model = Perceptron(PerceptronConfig(bias=False))
    updates = model.fit(x, y, max_epochs=10_000)
    assert updates[-1] == 0
    assert sum(updates) <= (np.linalg.norm(x, axis=1).max() / margin) ** 2


def test_one_update_by_hand():
    model = Perceptron(PerceptronConfig(in_features=2))
    assert model.update([2.0, 1.0], -1)  # a score of 0 is a mistake
    assert model.weight.numpy().tolist() == [-2, -1]
    assert model.bias.numpy() == -1
    assert not model.update([2.0, 1.0], -1)  # score -6: right now
    assert model.update([-1.0, 0.0], -1)  # score 1: a mistake
    assert model.weight.numpy().tolist() == [-1, -1]
    assert model.bias.numpy() == -2


def test_one_multiclass_update_by_hand():
    model = MulticlassPerceptron(MulticlassPerceptronConfig(in_features=2, classes=3))
    assert not model.update([1.0, 2.0], 0)  # all scores 0: class 0 wins, and is right
    assert model.update([1.0, 2.0], 2)
    assert model.weight.numpy().tolist() == [[-1, -2], [0, 0], [1, 2]]
    assert model.bias.numpy().tolist() == [-1, 0, 1]
    assert not model.update([1.0, 2.0], 2)


def test_two_classes_are_the_binary_rule():
    """Kesler's construction with K = 2: the difference of the two rows moves as w, by twice the step."""
    x, y = toy.blobs(100, margin=0.2, rng=np.random.default_rng(1))
    two = MulticlassPerceptron(MulticlassPerceptronConfig(in_features=2, classes=2))
    one = Perceptron()
    for xi, yi in zip(x, y, strict=True):
        score = one.decision(xi[None])[0]
        if score == 0 and yi < 0:
            continue  # ties are broken differently: for the first class there, as a mistake here
        assert one.update(xi, yi) == two.update(xi, (yi + 1) // 2) or score == 0
        difference = two.weight.numpy()[1] - two.weight.numpy()[0]
        np.testing.assert_allclose(difference, 2 * one.weight.numpy(), rtol=1e-5, atol=1e-5)


def test_averaging_is_the_mean_over_all_examples():
    x, y = toy.logic_gates("xor")
    plain, averaged = Perceptron(), Perceptron()
    seen = []
    for _ in range(5):
        for xi, yi in zip(x, y, strict=True):
            plain.update(xi, yi)
            seen.append(np.append(plain.weight.numpy(), plain.bias.numpy()))
    averaged.fit(x, y, max_epochs=5, averaged=True)
    found = np.append(averaged.weight.numpy(), averaged.bias.numpy())
    np.testing.assert_allclose(found, np.mean(seen, axis=0), rtol=1e-6)


def test_averaging_helps_where_labels_are_noisy():
    rng = np.random.default_rng(0)
    x, y = toy.blobs(600, margin=0.1, rng=rng)
    noisy = np.where(rng.random(600) < 0.15, -y, y)
    shares = {}
    for averaged in (False, True):
        model = Perceptron()
        model.fit(x[:300], noisy[:300], max_epochs=20, averaged=averaged)
        shares[averaged] = (model.predict(x[300:]) == y[300:]).mean()
    assert shares[True] > 0.95
    assert shares[True] > shares[False]


def test_digits_in_ten_classes():
    digits = load("digits")
    model = MulticlassPerceptron(MulticlassPerceptronConfig(in_features=64))
    updates = model.fit(
        *digits.train, max_epochs=10, averaged=True, rng=np.random.default_rng(0)
    )
    assert updates[-1] < updates[0]
    assert (model.predict(digits.validation.x) == digits.validation.y).mean() > 0.9


def test_the_order_is_that_of_the_data_or_drawn():
    x, y = toy.blobs(50, margin=0.05, rng=np.random.default_rng(2))

    def run(rng=None):
        return Perceptron().fit(x, y, rng=rng)

    assert run() == run()
    assert run(np.random.default_rng(1)) == run(np.random.default_rng(1))
    orders = {tuple(run(np.random.default_rng(seed))) for seed in range(5)}
    assert len(orders) > 1


def test_answers_have_the_types_of_labels():
    model = Perceptron()
    assert model.predict(np.zeros((3, 2), np.float32)).tolist() == [-1, -1, -1]
    assert model.predict(np.zeros((3, 2), np.float32)).dtype == np.int64
    assert model.decision(np.zeros((3, 2), np.float32)).shape == (3,)
    assert model.weight.grad is None


def test_whole_numbers_can_be_examples():
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([-1, -1, -1, 1])
    model = Perceptron()
    model.fit(x, y)
    assert model.predict(x).tolist() == y.tolist()
    assert model.weight.dtype == np.float32


@pytest.mark.parametrize("label", [0, 2, 0.5, -2])
def test_a_label_that_is_no_sign_is_refused(label):
    with pytest.raises(ValueError, match="a label must be -1 or \\+1; got"):
        Perceptron().update([1.0, 2.0], label)


@pytest.mark.parametrize("label", [-1, 3, 0.5])
def test_a_label_that_is_no_class_is_refused(label):
    model = MulticlassPerceptron(MulticlassPerceptronConfig(in_features=2, classes=3))
    with pytest.raises(ValueError, match=r"one of 0 \.\.\. 2; got"):
        model.update([1.0, 2.0], label)


def test_an_example_of_another_size_is_refused():
    with pytest.raises(ValueError, match="has 2 inputs; got an example of 3 numbers"):
        Perceptron().update([1.0, 2.0, 3.0], 1)


@pytest.mark.parametrize(("x", "y"), [(np.zeros((3, 2)), [1, -1]), (np.zeros((0, 2)), [])])
def test_examples_and_labels_must_be_as_many(x, y):
    with pytest.raises(ValueError, match="one label for each example"):
        Perceptron().fit(x, y)
