"""The statistics of the explanations are those of SciPy and scikit-learn."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.linear_model import Ridge

from book_code import explain
from book_code.explain.lime import weighted_ridge

pytestmark = pytest.mark.native


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("ridge", [0.1, 5.0])
def test_ridge_regression_is_scikit_learns(ridge, rng):
    x, y, weights = rng.normal(size=(20, 4)), rng.normal(size=20), rng.random(20)
    theirs = Ridge(alpha=ridge).fit(x, y, sample_weight=weights)
    ours = weighted_ridge(x, y, weights, ridge)
    np.testing.assert_allclose(ours.weights, theirs.coef_, rtol=1e-9)
    assert ours.intercept == pytest.approx(theirs.intercept_)
    assert ours.fit == pytest.approx(theirs.score(x, y, sample_weight=weights))


def test_rank_correlation_is_spearmans(rng):
    a, b = rng.integers(0, 5, size=(2, 6, 6)).astype(float)  # with many ties
    b += 0.5 * a
    expected = spearmanr(a.ravel(), b.ravel()).statistic
    assert explain.rank_correlation(a, b) == pytest.approx(expected)
    assert explain.rank_correlation(a, -a) == pytest.approx(-1)
