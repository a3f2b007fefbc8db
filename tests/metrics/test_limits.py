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
