"""Metrics on cases that can be counted by hand, and what they say of input that has no meaning."""

import numpy as np
import pytest

from book_code import metrics
from book_code.metrics import Detections, Objects


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.roc_auc([0, 2], [0.1, 0.2]), "write labels == c for class c"),
        (lambda: metrics.roc_auc([1, 1], [0.1, 0.2]), "needs both labels; only 1 occurs"),
        (lambda: metrics.roc_auc([0, 1], [0.1, np.nan]), "expected finite scores, got nan"),
        (lambda: metrics.average_precision([0, 0], [0.1, 0.2]), "at least one label 1"),
        (lambda: metrics.top_k_accuracy([0], [[0.1, 0.9]], k=3), "k from 1 to C"),
        (lambda: metrics.mean_absolute_percentage_error([0.0], [1.0]), "where a target is 0"),
        (
            lambda: metrics.mean_absolute_scaled_error([1.0], [1.0], [2.0, 2.0]),
            "the naive forecast never errs",
        ),
        (
            lambda: metrics.mean_absolute_scaled_error([1.0], [1.0], [2.0], season=1),
            "a history longer than season=1",
        ),
        (lambda: metrics.brier_score([0], [1.5]), "put logits through softmax first"),
        (lambda: metrics.reliability([2], [[0.5, 0.5]]), "class 2 occurs, but there are 2"),
        (lambda: metrics.inception_score([[2.0, 1.0]]), "put logits through softmax first"),
        (lambda: metrics.precision_at_k([1, 0], [0.1, 0.2], k=1), r"x\[None\]"),
        (lambda: metrics.recall_at_k([[0, 0]], [[0.1, 0.2]], k=1), "no user wants any item"),
        (lambda: metrics.recall_at_k([[1, 0]], [[0.1, 0.2]], k=3), "k from 1 to 2 items"),
        (lambda: metrics.box_iou([0, 0, 1, 1], [[0, 0, 1, 1]]), r"one box is box\[None\]"),
        (lambda: metrics.box_iou([[2, 0, 1, 1]], [[0, 0, 1, 1]]), "right >= left"),
        (lambda: metrics.mask_iou([[3]], [[0]], classes=3), "classes from 0 to 2, got 0 to 3"),
        (lambda: metrics.mask_iou([[1]], [0], classes=3), "maps of one shape"),
        (lambda: metrics.dice([1], [1, 0]), "masks of one shape"),
        (lambda: metrics.bleu([["a"]], []), "list of references for each"),
        (lambda: metrics.error_rate_of_words([[]], [["a"]]), "non-empty references"),
        (
            lambda: metrics.frechet_distance([[1.0]], [[1.0], [2.0]]),
            "at least 2 examples each",
        ),
        (lambda: metrics.precision_recall(np.zeros((3, 1)), np.zeros((9, 1))), "at least 4"),
        (lambda: metrics.disparate_impact([0, 0], ["a", "b"]), "nobody gets a yes"),
        (
            lambda: metrics.equal_opportunity_difference([1, 0], [1, 0], ["a", "b"]),
            "nobody to compare",
        ),
        (lambda: metrics.group_rates([1, 0], [1], ["a", "b"]), "shape of the truth"),
        (lambda: metrics.mean_average_precision([], [Detections([], [], [])]), "one entry a"),
        (
            lambda: metrics.mean_average_precision([Objects([], [])], [Detections([], [], [])]),
            "no objects to be found",
        ),
    ],
)
def test_input_without_meaning_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_string_is_not_a_list_of_tokens():
    with pytest.raises(TypeError, match=r"text\.split\(\)"):
        metrics.bleu([["a b"]], ["a b"])


def test_calibration_of_a_calibrated_and_a_vain_forecaster():
    rng = np.random.default_rng(0)
    p = rng.uniform(0.5, 1, 20_000)
    labels = (rng.random(20_000) < p).astype(int)
    assert metrics.expected_calibration_error(labels, p) < 0.02
    vain = np.full(20_000, 0.99)
    assert metrics.expected_calibration_error(labels, vain) == pytest.approx(0.24, abs=0.01)
    table = metrics.reliability(labels, p, bins=5)
    assert table.counts.sum() == 20_000
    assert (np.abs(table.accuracy - table.confidence) < 0.03).all()


def test_a_confidence_on_a_border_belongs_to_the_lower_bin():
    table = metrics.reliability([1, 1], [0.6, 0.7], bins=10)
    assert table.counts.tolist() == [1, 1]
    assert metrics.reliability([1, 1], [0.65, 0.7], bins=10).counts.tolist() == [2]


def test_ranking_by_hand():
    relevant = [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0]]
    values = [[0.9, 0.8, 0.7, 0.6], [0.9, 0.8, 0.7, 0.6], [0.9, 0.8, 0.7, 0.6]]
    assert metrics.precision_at_k(relevant, values, 2) == 0.5
    assert (
        metrics.recall_at_k(relevant, values, 2) == 0.75
    )  # 1/2 and 1/1; the third wants nothing
    assert metrics.hit_rate_at_k(relevant, values, 1) == 0.5
    assert metrics.mean_reciprocal_rank(relevant, values) == 0.75


def test_an_object_is_found_once_and_only_by_its_class():
    there = [Objects([[0, 0, 10, 10], [20, 0, 30, 10]], [0, 1])]
    twice = [Detections([[0, 0, 10, 10], [0, 0, 10, 9]], [0.9, 0.8], [0, 0])]
    assert metrics.mean_average_precision(there, twice) == 0.5  # class 1 is not found
    swapped = [Detections([[0, 0, 10, 10], [20, 0, 30, 10]], [0.9, 0.8], [1, 0])]
    assert metrics.mean_average_precision(there, swapped) == 0.0
    right = [Detections([[20, 0, 30, 10], [0, 0, 10, 10]], [0.9, 0.1], [1, 0])]
    assert metrics.mean_average_precision(there, right) == 1.0
    loose = [Detections([[20, 0, 30, 6], [0, 0, 10, 10]], [0.9, 0.1], [1, 0])]
    assert metrics.mean_average_precision(there, loose, iou=0.5) == 1.0
    assert metrics.mean_average_precision(there, loose, iou=0.75) == 0.5


def test_a_sure_mistake_costs_precision():
    # by score: wrong, right, right -> precision 0, 1/2, 2/3; made monotone: 2/3 at both recalls
    there = [Objects([[0, 0, 2, 2]], [0]), Objects([[0, 0, 2, 2]], [0])]
    found = [
        Detections([[5, 5, 6, 6], [0, 0, 2, 2]], [0.9, 0.8], [0, 0]),
        Detections([[0, 0, 2, 2]], [0.7], [0]),
    ]
    assert metrics.mean_average_precision(there, found) == pytest.approx(2 / 3)


def test_a_picture_with_nothing_found_counts_its_objects():
    there = [Objects([[0, 0, 2, 2]], [0]), Objects([[0, 0, 2, 2]], [0])]
    found = [Detections([[0, 0, 2, 2]], [0.9], [0]), Detections([], [], [])]
    assert metrics.mean_average_precision(there, found) == 0.5


def test_text_by_hand():
    same = ["to", "be", "or", "not", "to", "be"]
    assert metrics.bleu([[same]], [same]) == pytest.approx(1.0)
    assert metrics.bleu([[same]], [["x", "y", "z", "w"]]) == 0.0
    short = metrics.bleu([[same]], [same[:5]])  # all right, but too short: exp(1 - 6/5)
    assert short == pytest.approx(np.exp(-0.2))
    assert metrics.edit_distance("", "abc") == metrics.edit_distance("abc", "") == 3
    assert metrics.edit_distance("abc", "abc") == 0
    assert metrics.error_rate_of_words([["a", "b", "c", "d"]], [["b", "c", "d", "e"]]) == 0.5


def test_inception_score_of_collapse_is_1():
    assert metrics.inception_score(np.tile([0.7, 0.2, 0.1], (10, 1))) == pytest.approx(1.0)


def test_quality_and_diversity_of_a_cloud():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(300, 2))
    same = metrics.precision_recall(real, rng.normal(size=(300, 2)))
    assert min(same) > 0.85
    narrow = metrics.precision_recall(real, 0.2 * rng.normal(size=(300, 2)))
    assert narrow[0] > 0.95 > 0.3 > narrow[1]
    wide = metrics.precision_recall(real, 5 * rng.normal(size=(300, 2)))
    assert wide[0] < 0.3 < 0.95 < wide[1]


def test_fairness_by_hand():
    labels = [1, 1, 0, 0, 1, 0, 0, 0]
    decisions = [1, 1, 1, 0, 1, 0, 0, 0]
    groups = ["a"] * 4 + ["b"] * 4
    rates = metrics.group_rates(labels, decisions, groups)
    assert rates.groups.tolist() == ["a", "b"]
    assert rates.selection_rate.tolist() == [0.75, 0.25]
    assert rates.true_positive_rate.tolist() == [1.0, 1.0]
    assert rates.false_positive_rate.tolist() == [0.5, 0.0]
    np.testing.assert_allclose(rates.precision, [2 / 3, 1.0])
    assert metrics.demographic_parity_difference(decisions, groups) == 0.5
    assert metrics.disparate_impact(decisions, groups) == pytest.approx(1 / 3)
    assert metrics.equal_opportunity_difference(labels, decisions, groups) == 0.0
    assert metrics.equalized_odds_difference(labels, decisions, groups) == 0.5
