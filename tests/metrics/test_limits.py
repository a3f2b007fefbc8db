"""Metrics at the borders: between bins, far from the origin, and with a list forgotten."""

import numpy as np
import pytest

from book_code import metrics


def test_a_confidence_on_a_border_belongs_to_the_lower_bin():
    table = metrics.reliability([1, 1], [0.54, 0.56], bins=25)  # 0.56 * 25 rounds to above 14
    assert table.counts.tolist() == [2]


def test_there_is_at_least_one_bin():
    with pytest.raises(ValueError, match="at least 1 bin, got 0"):
        metrics.reliability([1], [0.9], bins=0)


def test_clouds_far_from_the_origin_are_compared_as_near_ones():
    rng = np.random.default_rng(0)
    real, made = rng.normal(size=(60, 2)), rng.normal(size=(60, 2)) + 1.5
    near = metrics.precision_recall(real, made)
    assert metrics.precision_recall(real + 1e9, made + 1e9) == pytest.approx(near, abs=0.02)


def test_features_are_finite():
    with pytest.raises(ValueError, match="expected finite features"):
        metrics.precision_recall(np.full((5, 2), np.nan), np.ones((5, 2)))


def test_relevance_is_finite():
    with pytest.raises(ValueError, match="finite relevance"):
        metrics.ndcg_at_k([[np.inf, 0.0]], [[0.1, 0.2]])


def test_bleu_asks_for_a_list_of_references_for_each_candidate():
    with pytest.raises(TypeError, match="got a string"):
        metrics.bleu([["the", "cat", "sat", "down"]], [["the", "cat", "sat", "down"]])
    with pytest.raises(ValueError, match="at least one reference"):
        metrics.bleu([[]], [["a"]])


def test_a_loss_beyond_the_range_of_floats_has_an_infinite_perplexity():
    assert metrics.perplexity(800.0) == np.inf


def test_equal_targets_are_found_although_their_mean_is_rounded():
    with pytest.raises(ValueError, match="all targets are equal"):
        metrics.r_squared([0.1, 0.1, 0.1], [0.1, 0.1, 0.2])  # the mean is 0.10000000000000002


@pytest.mark.parametrize(
    "metric", [metrics.accuracy, metrics.error_rate, metrics.top_k_accuracy]
)
def test_no_class_is_the_best_where_a_score_is_nan(metric):
    settings = {"k": 1} if metric is metrics.top_k_accuracy else {}
    with pytest.raises(ValueError, match="a score is nan"):
        metric([0], [[np.nan, 1.0]], **settings)


def test_a_score_for_no_class_is_none():
    with pytest.raises(ValueError, match="at least one class"):
        metrics.accuracy([0], np.zeros((1, 0)))


def test_dice_takes_no_probabilities_for_masks():
    with pytest.raises(ValueError, match="masks of 0 and 1"):
        metrics.dice([1, 0], [0.9, 0.2])


def test_maps_of_classes_hold_integers():
    with pytest.raises(TypeError, match="classes as integers"):
        metrics.mask_iou([0.0, 1.0], [0, 1], classes=2)
    with pytest.raises(ValueError, match="got -1 to 1"):
        metrics.mask_iou([-1, 1], [0, 1], classes=2)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_box_that_is_not_finite_is_refused(wrong):
    with pytest.raises(ValueError, match="finite numbers"):
        metrics.box_iou([[0, 0, wrong, 1]], [[0, 0, 1, 1]])


THERE = metrics.Objects([[0, 0, 2, 2]], [0])


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (
            metrics.Detections([[0, 0, 2, 2]], [0.9, 0.8], [0]),
            "as many boxes, labels and scores",
        ),
        (metrics.Detections([[0, 0, 2, 2]], [0.9], []), "as many boxes, labels and scores"),
        (metrics.Detections([[0, 0, 2, 2]], [np.nan], [0]), "score is nan"),
    ],
)
def test_every_detection_has_one_score_and_one_label(found, message):
    with pytest.raises(ValueError, match=message):
        metrics.mean_average_precision([THERE], [found])


@pytest.mark.parametrize("iou", [0.0, 1.1, np.nan])
def test_the_overlap_that_is_asked_for_is_a_share(iou):
    found = metrics.Detections([[0, 0, 2, 2]], [0.9], [0])
    with pytest.raises(ValueError, match="iou above 0"):
        metrics.mean_average_precision([THERE], [found], iou=iou)


def test_no_pictures_hold_no_objects():
    with pytest.raises(ValueError, match="no objects to be found"):
        metrics.mean_average_precision([], [])
