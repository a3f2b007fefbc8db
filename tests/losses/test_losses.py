import numpy as np
import pytest

from book_code import losses
from book_code.autodiff import Tensor, check_grads, grad
from book_code.autodiff import functional as F

RNG = np.random.default_rng(0)
NUMBERS = RNG.standard_normal((4, 3))
TARGETS = RNG.standard_normal((4, 3))
SCORES = np.array([0.4, -0.7, 2.5, -3.1])
SIGNS = np.array([1, -1, -1, 1])
LABELS = np.array([2, 0, 0, 1], dtype=np.int64)
OWN = ["regression", "classification", "divergence", "contrastive"]
LOG_Q = np.log([[0.2, 0.3, 0.5]] * 4)

CASES = {
    "mse": lambda x: losses.mse(x, TARGETS),
    "mae": lambda x: losses.mae(x, TARGETS),
    "huber": lambda x: losses.huber(x, 3 * TARGETS, delta=0.7),
    "cross_entropy": lambda x: losses.cross_entropy(x, LABELS),
    "multiclass_hinge": lambda x: losses.multiclass_hinge(x, LABELS),
    "binary_cross_entropy": lambda x: losses.binary_cross_entropy(x, (TARGETS > 0) * 0.8),
    "binary_cross_entropy at 0": lambda x: losses.binary_cross_entropy(0 * x, TARGETS > 0),
    "cross_entropy of sequences": lambda x: losses.cross_entropy(
        x.reshape(2, 2, 3), LABELS.reshape(2, 2)
    ),
    "cross_entropy with all": lambda x: losses.cross_entropy(
        x, LABELS, [0.5, 2.0, 1.0], ignore=2, label_smoothing=0.2
    ),
    "binary_cross_entropy weighted": lambda x: losses.binary_cross_entropy(
        x, (TARGETS > 0) * 0.8, [0.5, 1.0, 3.0]
    ),
    "focal": lambda x: losses.focal(x, TARGETS > 0),
    "focal with a root": lambda x: losses.focal(x, TARGETS > 0, gamma=0.5, alpha=None),
    "kl_divergence": lambda x: losses.kl_divergence(F.log_softmax(x), LOG_Q),
    "kl_divergence the other way": lambda x: losses.kl_divergence(LOG_Q, F.log_softmax(x)),
    "kl_standard_normal": lambda x: losses.kl_standard_normal(x, 0.5 * x),
    "contrastive": lambda x: losses.contrastive(x, TARGETS, LABELS > 0, margin=3.0),
    "triplet": lambda x: losses.triplet(x, TARGETS, TARGETS[::-1]),
    "info_nce": lambda x: losses.info_nce(x, TARGETS),
    "nt_xent": lambda x: losses.nt_xent(x, TARGETS),
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
    """CTC and the losses of players against each other have tests of their own."""
    here = {f"book_code.losses.{m}" for m in OWN}
    names = {n for n in losses.__all__ if getattr(losses, n).__module__ in here}
    assert names == {name.split()[0] for name in CASES}


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


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_huge_logits_give_finite_losses(kind):
    x = Tensor(np.array([[1e4, -1e4]], kind), requires_grad=True)
    for loss, expected in [
        (losses.cross_entropy(x, [1]), 2e4),
        (losses.cross_entropy(x, [0]), 0),
        (losses.cross_entropy(x, [0], label_smoothing=0.5), 5e3),
        (losses.binary_cross_entropy(x, [[0.0, 1.0]]), 1e4),
        (losses.binary_cross_entropy(x, [[1.0, 0.0]]), 0),
        (losses.focal(x, [[0, 1]], alpha=None), 1e4),
        (losses.focal(x, [[1, 0]], gamma=0.5), 0),
        (losses.multiclass_hinge(x, [1]), 10000.5),
        (losses.huber(x, 0 * x), 1e4 - 0.5),
        (losses.kl_divergence(F.log_softmax(x), [[np.log(0.5)] * 2]), np.log(2)),
    ]:
        assert loss.item() == pytest.approx(expected, rel=1e-6)
        assert np.isfinite(grad(loss, x)[0].data).all()


def test_small_losses_keep_their_digits_in_float32():
    """What is almost right costs almost nothing, and a common offset costs no digits."""
    small = np.log1p(np.exp(-12.0))
    x = np.array([[6.0, -6.0]], np.float32)
    assert losses.binary_cross_entropy(2 * x, [[1, 0]]).item() == pytest.approx(small, rel=1e-5)
    assert losses.cross_entropy(x, [0]).item() == pytest.approx(small, rel=1e-2)
    offset = losses.cross_entropy(np.array([[10000.0, 10001.0]], np.float32), [0]).item()
    assert offset == pytest.approx(np.log1p(np.e), rel=1e-6)


def test_what_is_to_be_ignored_changes_nothing():
    x = Tensor(NUMBERS, requires_grad=True)
    labels = np.array([2, -100, 0, 1])
    loss = losses.cross_entropy(x, labels, ignore=-100)
    assert loss.item() == losses.cross_entropy(NUMBERS[[0, 2, 3]], LABELS[[0, 2, 3]]).item()
    assert (grad(loss, x)[0].data[1] == 0).all()


def test_divergences_of_a_distribution_from_itself_are_0():
    assert losses.kl_divergence(LOG_Q, LOG_Q).item() == 0
    assert losses.kl_standard_normal(np.zeros((2, 3)), np.zeros((2, 3))).item() == 0


def test_an_impossible_event_costs_nothing_and_a_surprising_one_everything():
    log_p, log_q = np.array([-np.inf, 0.0]), np.log([0.5, 0.5])
    assert losses.kl_divergence(log_p, log_q).item() == pytest.approx(np.log(2))
    assert losses.kl_divergence(log_p, log_p).item() == 0
    assert losses.kl_divergence(log_q, log_p).item() == np.inf
    x = Tensor(log_p, requires_grad=True)
    assert np.isfinite(grad(losses.kl_divergence(x, log_q), x)[0].data).all()


def test_the_divergence_of_normals_is_its_integral():
    mean, variance, x = 0.7, 0.3, np.linspace(-12, 12, 20001)
    log_p = -((x - mean) ** 2) / (2 * variance) - np.log(2 * np.pi * variance) / 2
    log_q = -(x**2) / 2 - np.log(2 * np.pi) / 2
    integral = np.sum(np.exp(log_p) * (log_p - log_q)) * (x[1] - x[0])
    found = losses.kl_standard_normal([[mean]], [[np.log(variance)]])
    assert found.item() == pytest.approx(integral, rel=1e-9)


def test_equal_embeddings_have_finite_gradients():
    x = Tensor(np.ones((3, 2)), requires_grad=True)
    y = np.ones((3, 2))
    for loss in (
        losses.contrastive(x, y, [0, 0, 1]),
        losses.triplet(x, y, y),
        losses.info_nce(0 * x, y),
        losses.nt_xent(x, y),
    ):
        assert np.isfinite(loss.item())
        assert np.isfinite(grad(loss, x)[0].data).all()


def test_embeddings_are_compared_by_direction_only():
    a, b = RNG.standard_normal((2, 5, 3))
    for loss in (losses.info_nce, losses.nt_xent):
        assert loss(7 * a, b).item() == pytest.approx(loss(a, 0.1 * b).item(), rel=1e-12)
        assert loss(a, a).item() < loss(a, b).item()


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
    (lambda: losses.cross_entropy(np.ones((2, 3, 5)), np.ones((2, 5), int)), ValueError,
     r"of shape \(2, 3\), got \(2, 5\); classes come last"),
    (lambda: losses.cross_entropy(NUMBERS, LABELS, weight=[1, 2]), ValueError, r"expected 3 finite class weights"),
    (lambda: losses.cross_entropy(NUMBERS, LABELS, weight=[1, 2, -1]), ValueError, "none below 0"),
    (lambda: losses.cross_entropy(NUMBERS, 0 * LABELS, ignore=0), ValueError, "no label but 0, which is to be ignored"),
    (lambda: losses.cross_entropy(NUMBERS, LABELS, label_smoothing=1.5), ValueError, "from 0 to 1, got 1.5"),
    (lambda: losses.binary_cross_entropy(NUMBERS, TARGETS > 0, [1, 2]), ValueError, "a pos_weight that is"),
    (lambda: losses.binary_cross_entropy(NUMBERS, TARGETS > 0, -1), ValueError, "and not negative, got -1"),
    (lambda: losses.focal(NUMBERS, (TARGETS > 0) * 0.5), ValueError, "focal expected targets 0 or 1"),
    (lambda: losses.focal(NUMBERS, TARGETS), ValueError, "focal expected targets from 0 to 1"),
    (lambda: losses.focal(NUMBERS, TARGETS > 0, gamma=-1), ValueError, "gamma that is not negative"),
    (lambda: losses.focal(NUMBERS, TARGETS > 0, alpha=2), ValueError, "alpha from 0 to 1 or None"),
    (lambda: losses.kl_divergence([[0.5, 0.5]], [[0.5, 0.5]]), ValueError,
     "logarithms of probabilities .* for p, got up to 0.5; write log_softmax"),
    (lambda: losses.kl_divergence(LOG_Q, LOG_Q[0]), ValueError, "of the shape of the predictions"),
    (lambda: losses.kl_standard_normal(1.0, 1.0), ValueError, "codes of shape"),
    (lambda: losses.contrastive(NUMBERS, TARGETS, [1, 0]), ValueError, r"4 pairs, got an array of shape \(2,\)"),
    (lambda: losses.contrastive(NUMBERS, TARGETS, [1, 0, -1, 1]), ValueError, "1 .same. or 0"),
    (lambda: losses.contrastive(NUMBERS, TARGETS, LABELS > 0, margin=0), ValueError, "margin above 0, got 0"),
    (lambda: losses.triplet(NUMBERS, TARGETS, TARGETS[:2]), ValueError,
     r"one shape \(N, D\), got \(4, 3\), \(4, 3\), \(2, 3\)"),
    (lambda: losses.info_nce(NUMBERS[0], TARGETS[0]), ValueError, r"got \(3,\), \(3,\)"),
    (lambda: losses.nt_xent(NUMBERS, TARGETS, temperature=0), ValueError, "temperature above 0"),
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


def test_focal_needs_a_gamma_that_is_a_number():
    with pytest.raises(ValueError, match="gamma that is not negative, got nan"):
        losses.focal([0.0], [1.0], gamma=np.nan)


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
def test_a_mean_of_examples_that_all_weigh_nothing_is_refused(label_smoothing):
    with pytest.raises(ValueError, match="every class that occurs is 0"):
        losses.cross_entropy(
            np.zeros((1, 2)), [0], weight=[0.0, 1.0], label_smoothing=label_smoothing
        )


def test_no_weight_is_infinite():
    with pytest.raises(ValueError, match="2 finite class weights"):
        losses.cross_entropy(np.zeros((1, 2)), [0], weight=[1.0, np.inf])
    with pytest.raises(ValueError, match="finite and not negative"):
        losses.binary_cross_entropy([[1.0, 2.0]], [[1.0, 0.0]], pos_weight=[1.0, np.inf])
