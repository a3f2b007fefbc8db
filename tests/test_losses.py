import numpy as np
import pytest

from book_code import losses
from book_code.autodiff import Tensor, check_grads, grad

RNG = np.random.default_rng(0)
NUMBERS = RNG.standard_normal((4, 3))
TARGETS = RNG.standard_normal((4, 3))
SCORES = np.array([0.4, -0.7, 2.5, -3.1])
SIGNS = np.array([1, -1, -1, 1])
LABELS = np.array([2, 0, 0, 1], dtype=np.int64)

CASES = {
    "mse": lambda x: losses.mse(x, TARGETS),
    "mae": lambda x: losses.mae(x, TARGETS),
    "huber": lambda x: losses.huber(x, 3 * TARGETS, delta=0.7),
    "cross_entropy": lambda x: losses.cross_entropy(x, LABELS),
    "multiclass_hinge": lambda x: losses.multiclass_hinge(x, LABELS),
    "binary_cross_entropy": lambda x: losses.binary_cross_entropy(x, (TARGETS > 0) * 0.8),
    "binary_cross_entropy at 0": lambda x: losses.binary_cross_entropy(0 * x, TARGETS > 0),
    "hinge": lambda x: losses.hinge(x, np.sign(TARGETS)),
    "perceptron": lambda x: losses.perceptron(x, np.sign(TARGETS)),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients_of_first_and_second_order(name):
    check_grads(CASES[name], NUMBERS)


@pytest.mark.parametrize("name", CASES)
def test_a_loss_is_a_scalar_and_float32_stays_float32(name):
    x = Tensor(NUMBERS.astype(np.float32), requires_grad=True)
    loss = CASES[name](x)
    assert (loss.shape, loss.dtype) == ((), np.float32)
    assert grad(loss, x)[0].dtype == np.float32


def test_every_loss_is_in_the_table():
    names = {n for n in vars(losses) if n[0].islower() and callable(vars(losses)[n])}
    assert {n for n in names if not n.startswith("_")} == {name.split()[0] for name in CASES}


def test_targets_have_gradients_too():
    check_grads(losses.mse, [NUMBERS, TARGETS])
    check_grads(losses.huber, [NUMBERS, TARGETS + 0.1])


def test_values_by_hand():
    assert losses.huber([0.5, 3.0], [0.0, 0.0]).item() == pytest.approx((0.125 + 2.5) / 2)
    assert losses.hinge(SCORES, SIGNS).item() == pytest.approx((0.6 + 0.3 + 3.5 + 4.1) / 4)
    assert losses.perceptron(SCORES, SIGNS).item() == pytest.approx((2.5 + 3.1) / 4)
    assert losses.cross_entropy(np.zeros((4, 3)), LABELS).item() == pytest.approx(np.log(3))
    assert losses.binary_cross_entropy([0.0, 0.0], [0, 1]).item() == pytest.approx(np.log(2))


def test_the_gradient_of_cross_entropy_is_probability_minus_target():
    x = Tensor(NUMBERS, requires_grad=True)
    (g,) = grad(losses.cross_entropy(x, LABELS), x)
    p = np.exp(NUMBERS) / np.exp(NUMBERS).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(g.data, (p - np.eye(3)[LABELS]) / 4)


def test_the_gradient_of_the_perceptron_loss_is_rosenblatts_rule():
    x, signs = RNG.standard_normal((20, 3)), np.sign(RNG.standard_normal(20))
    w = Tensor(RNG.standard_normal(3), requires_grad=True)
    (g,) = grad(losses.perceptron(x @ w, signs), w)
    wrong = signs * (x @ w.data) < 0
    np.testing.assert_allclose(-20 * g.data, (signs[wrong, None] * x[wrong]).sum(axis=0))


def test_a_perceptron_that_says_0_gets_no_gradient():
    """The loss has a kink at 0; Rosenblatt's rule counts 0 as wrong, so it is not this gradient."""
    w = Tensor(np.zeros(2), requires_grad=True)
    (g,) = grad(losses.perceptron(np.ones((1, 2)) @ w, [1]), w)
    assert g.data.tolist() == [0, 0]


def test_huge_logits_give_finite_losses():
    x = Tensor([[1e4, -1e4]], requires_grad=True)
    for loss, expected in [
        (losses.cross_entropy(x, [1]), 2e4),
        (losses.binary_cross_entropy(x, [[0.0, 1.0]]), 1e4),
    ]:
        assert loss.item() == expected
        assert np.isfinite(grad(loss, x)[0].data).all()


@pytest.mark.parametrize("kind", [np.int8, np.int32, np.int64, np.uint8])
def test_labels_of_every_integer_type(kind):
    loss = losses.cross_entropy(NUMBERS, LABELS.astype(kind)).item()
    assert loss == losses.cross_entropy(NUMBERS, LABELS).item()


BAD = [
    (lambda: losses.mse(NUMBERS, TARGETS[:, 0]), ValueError,
     r"mse expected targets of the shape of the predictions, \(4, 3\), got \(4,\)$"),
    (lambda: losses.mse(np.ones((4, 1)), np.ones(4)), ValueError,
     r"\(4, 1\), got \(4,\); reshape one of them"),
    (lambda: losses.mae(np.ones(3, np.int64), np.ones(3)), TypeError,
     "mae expected floating-point predictions, got int64"),
    (lambda: losses.huber(NUMBERS, TARGETS, delta=0), ValueError, "a delta above 0, got 0"),
    (lambda: losses.cross_entropy(NUMBERS, LABELS * 1.0), TypeError,
     "cross_entropy expected integer labels, got float64"),
    (lambda: losses.cross_entropy(NUMBERS, LABELS == 1), TypeError, "integer labels, got bool"),
    (lambda: losses.cross_entropy(NUMBERS, LABELS + 1), ValueError, "labels from 0 to 2, got 1 to 3"),
    (lambda: losses.cross_entropy(NUMBERS, LABELS - 1), ValueError, "labels from 0 to 2, got -1 to 1"),
    (lambda: losses.cross_entropy(NUMBERS, LABELS[:2]), ValueError, r"of shape \(4,\), got \(2,\)$"),
    (lambda: losses.cross_entropy(NUMBERS, LABELS[:, None]), ValueError, r"got \(4, 1\)"),
    (lambda: losses.cross_entropy(NUMBERS, np.eye(3, dtype=np.int64)[LABELS]), ValueError,
     r"for one-hot rows use labels.argmax\(axis=1\)"),
    (lambda: losses.cross_entropy(SCORES, LABELS), ValueError, r"of shape \(N, C\), got \(4,\)"),
    (lambda: losses.cross_entropy(np.ones((0, 3)), LABELS[:0]), ValueError, "empty batch"),
    (lambda: losses.multiclass_hinge(NUMBERS, LABELS + 5), ValueError, "multiclass_hinge .* got 5 to 7"),
    (lambda: losses.binary_cross_entropy(SCORES, SIGNS), ValueError,
     "binary_cross_entropy expected targets from 0 to 1, got -1 to 1"),
    (lambda: losses.hinge(SCORES, [0, 1, 1, 0]), ValueError,
     r"hinge expected signs, -1 or \+1; write 2 \* labels - 1"),
    (lambda: losses.perceptron(SCORES, SIGNS[:2]), ValueError, r"perceptron expected .* got \(2,\)"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD, ids=[b[2] for b in BAD])
def test_what_does_not_fit_is_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()
