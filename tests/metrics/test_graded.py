"""Graded relevance and unsigned scores: what 0 and 1 in float64 do not show."""

import numpy as np
import pytest

from book_code import metrics


def test_a_wanted_item_counts_once_however_much_it_is_wanted():
    graded, values = [[1, 0, 3, 2]], [[0.9, 0.8, 0.7, 0.1]]
    wanted = (np.array(graded) > 0).astype(int)
    for k in (1, 2, 3):
        for rate in (metrics.precision_at_k, metrics.recall_at_k, metrics.hit_rate_at_k):
            assert rate(graded, values, k) == rate(wanted, values, k)
    assert metrics.precision_at_k(graded, values, 3) == pytest.approx(2 / 3)
    assert metrics.recall_at_k(graded, values, 3) == pytest.approx(2 / 3)


def test_the_first_wanted_item_sets_the_reciprocal_rank_not_the_most_wanted():
    assert metrics.mean_reciprocal_rank([[1, 0, 3]], [[0.9, 0.8, 0.7]]) == 1.0


def test_top_k_accuracy_of_unsigned_scores():
    scores = np.array([[0, 200, 10]], np.uint8)
    assert metrics.top_k_accuracy([1], scores, k=1) == 1.0
    assert metrics.top_k_accuracy([0], scores, k=2) == 0.0
