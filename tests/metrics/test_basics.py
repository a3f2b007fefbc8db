import numpy as np
import pytest

from book_code import metrics

LABELS = np.array([0, 0, 0, 1, 1, 2])
SAID = np.array([0, 1, 0, 1, 1, 0])


def test_accuracy_and_error_rate_add_up_to_1():
    assert metrics.accuracy(LABELS, SAID) == pytest.approx(4 / 6)
    assert metrics.error_rate(LABELS, SAID) == pytest.approx(2 / 6)


def test_scores_of_classes_may_stand_for_predictions():
    scores = np.eye(3)[SAID]
    assert metrics.accuracy(LABELS, scores) == metrics.accuracy(LABELS, SAID)
    assert metrics.confusion_matrix(LABELS, scores).tolist() == [
        [2, 1, 0],
        [0, 2, 0],
        [1, 0, 0],
    ]


def test_confusion_matrix_counts_rows_by_truth():
    counts = metrics.confusion_matrix(LABELS, SAID, classes=4)
    assert counts.shape == (4, 4)
    assert counts.dtype == np.int64
    assert counts.sum() == 6
    assert counts[0, 1] == 1
    assert counts[1, 0] == 0
    with pytest.raises(ValueError, match="class 2 occurs, but classes=2"):
        metrics.confusion_matrix(LABELS, SAID, classes=2)


def test_precision_recall_f1():
    precision, recall, f1 = metrics.precision_recall_f1(LABELS, SAID, classes=4)
    np.testing.assert_allclose(precision, [2 / 3, 2 / 3, 0, 0])
    np.testing.assert_allclose(recall, [2 / 3, 1, 0, 0])
    np.testing.assert_allclose(f1, [2 / 3, 0.8, 0, 0])


def test_f1_is_the_harmonic_mean():
    rng = np.random.default_rng(0)
    labels, said = rng.integers(0, 3, (2, 50))
    precision, recall, f1 = metrics.precision_recall_f1(labels, said)
    np.testing.assert_allclose(f1, 2 * precision * recall / (precision + recall))


def test_errors_of_numbers():
    y, p = [1.0, 2.0, 4.0], [1.0, 3.0, 2.0]
    assert metrics.mean_squared_error(y, p) == pytest.approx(5 / 3)
    assert metrics.mean_absolute_error(y, p) == pytest.approx(1)
    assert metrics.r_squared(y, y) == 1
    assert metrics.r_squared(y, [7 / 3] * 3) == pytest.approx(0)
    assert metrics.r_squared(y, p) == pytest.approx(1 - 5 / (14 / 3))


BAD = [
    (
        lambda: metrics.accuracy([0, 1], [0]),
        ValueError,
        r"shape of the truth, \(2,\), got \(1,\)",
    ),
    (lambda: metrics.accuracy([], []), ValueError, "accuracy of no examples"),
    (
        lambda: metrics.accuracy([0.0, 1.0], [0, 1]),
        TypeError,
        "labels as integers .* got float64",
    ),
    (lambda: metrics.error_rate([0, 1], [0.0, 1.0]), TypeError, "predictions as integers"),
    (lambda: metrics.confusion_matrix([0, -1], [0, 1]), ValueError, "labels from 0, got -1"),
    (
        lambda: metrics.mean_squared_error([1.0], [[1.0]]),
        ValueError,
        "mean_squared_error expected",
    ),
    (lambda: metrics.r_squared([1.0, 1.0], [1.0, 1.0]), ValueError, "all targets are equal"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD, ids=[b[2] for b in BAD])
def test_what_does_not_fit_is_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()
