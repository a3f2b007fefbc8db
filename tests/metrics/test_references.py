"""Our metrics against the libraries that define them in practice: scikit-learn, SciPy, sacreBLEU."""

import numpy as np
import pytest
import sacrebleu
import scipy.linalg
from sklearn import metrics as reference

from book_code import metrics

pytestmark = pytest.mark.native

RTOL = 1e-12


@pytest.fixture(params=[0, 1, 2])
def rng(request):
    return np.random.default_rng(request.param)


def test_classes(rng):
    labels, said = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
    said[:80] = labels[:80]
    for ours, theirs in (
        (metrics.accuracy, reference.accuracy_score),
        (metrics.balanced_accuracy, reference.balanced_accuracy_score),
        (metrics.matthews, reference.matthews_corrcoef),
    ):
        assert ours(labels, said) == pytest.approx(theirs(labels, said), rel=RTOL)
    assert np.array_equal(
        metrics.confusion_matrix(labels, said), reference.confusion_matrix(labels, said)
    )
    theirs = reference.precision_recall_fscore_support(labels, said)[:3]
    np.testing.assert_allclose(metrics.precision_recall_f1(labels, said), theirs, rtol=RTOL)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_top_k(rng, k):
    labels, scores = rng.integers(0, 5, 100), rng.normal(size=(100, 5))
    theirs = reference.top_k_accuracy_score(labels, scores, k=k)
    assert metrics.top_k_accuracy(labels, scores, k) == pytest.approx(theirs, rel=RTOL)


@pytest.mark.parametrize("digits", [1, 12], ids=["with ties", "without ties"])
def test_thresholds(rng, digits):
    labels = rng.integers(0, 2, 300)
    values = (0.5 * labels + rng.normal(size=300)).round(digits)
    ours = metrics.roc_curve(labels, values)
    theirs = reference.roc_curve(labels, values, drop_intermediate=False)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=RTOL)
    assert metrics.roc_auc(labels, values) == pytest.approx(
        reference.roc_auc_score(labels, values), rel=RTOL
    )
    precision, recall, thresholds = metrics.precision_recall_curve(labels, values)
    theirs = reference.precision_recall_curve(labels, values)
    np.testing.assert_allclose(precision, theirs[0][-2::-1], rtol=RTOL)
    np.testing.assert_allclose(recall, theirs[1][-2::-1], rtol=RTOL)
    np.testing.assert_allclose(thresholds, theirs[2][::-1], rtol=RTOL)
    assert metrics.average_precision(labels, values) == pytest.approx(
        reference.average_precision_score(labels, values), rel=RTOL
    )


def test_numbers(rng):
    targets = rng.uniform(1, 2, size=50)
    predictions = targets + 0.1 * rng.normal(size=50)
    for ours, theirs, factor in (
        (metrics.mean_squared_error, reference.mean_squared_error, 1),
        (metrics.root_mean_squared_error, reference.root_mean_squared_error, 1),
        (metrics.mean_absolute_error, reference.mean_absolute_error, 1),
        (metrics.mean_absolute_percentage_error, reference.mean_absolute_percentage_error, 100),
        (metrics.r_squared, reference.r2_score, 1),
    ):
        theirs = factor * theirs(targets, predictions)
        assert ours(targets, predictions) == pytest.approx(theirs, rel=RTOL)


def test_brier_score(rng):
    labels, p = rng.integers(0, 2, 80), rng.random(80)
    theirs = reference.brier_score_loss(labels, p)
    assert metrics.brier_score(labels, p) == pytest.approx(theirs, rel=RTOL)
    labels, p = rng.integers(0, 3, 80), rng.dirichlet(np.ones(3), 80)
    theirs = reference.brier_score_loss(labels, p, scale_by_half=False)
    assert metrics.brier_score(labels, p) == pytest.approx(theirs, rel=RTOL)


@pytest.mark.parametrize("k", [None, 3])
def test_gain_of_a_ranking(rng, k):
    relevant, values = rng.integers(0, 2, (20, 9)), rng.normal(size=(20, 9))
    relevant[:, 0] = 1
    theirs = reference.ndcg_score(relevant, values, k=k)
    assert metrics.ndcg_at_k(relevant, values, k) == pytest.approx(theirs, rel=RTOL)


def test_overlap_of_maps(rng):
    truth, said = rng.integers(0, 3, (2, 8, 8)), rng.integers(0, 3, (2, 8, 8))
    theirs = reference.jaccard_score(truth.ravel(), said.ravel(), average=None)
    np.testing.assert_allclose(metrics.mask_iou(truth, said, 3), theirs, rtol=RTOL)
    theirs = reference.f1_score(truth.ravel() == 1, said.ravel() == 1)
    assert metrics.dice(truth == 1, said == 1) == pytest.approx(theirs, rel=RTOL)


WORDS = ["the", "a", "cat", "dog", "sat", "on", "mat", "rug", "big", "small", "red"]


@pytest.mark.parametrize("smooth", [False, True])
def test_bleu(rng, smooth):
    references = [
        [list(rng.choice(WORDS, rng.integers(6, 12))) for _ in range(2)] for _ in range(30)
    ]
    candidates = []
    for options in references:
        words = list(options[rng.integers(2)])
        words[rng.integers(len(words))] = str(rng.choice(WORDS))
        candidates.append(words[rng.integers(2) :])
    corpus = sacrebleu.corpus_bleu(
        [" ".join(c) for c in candidates],
        [[" ".join(options[i]) for options in references] for i in range(2)],
        tokenize="none",
        smooth_method="add-k" if smooth else "none",
        smooth_value=1 if smooth else None,
        force=True,
    )
    ours = metrics.bleu(references, candidates, smooth=smooth)
    assert 0.1 < ours < 1
    assert 100 * ours == pytest.approx(corpus.score, rel=1e-9)


def test_frechet_distance(rng):
    mix = rng.normal(size=(5, 5))
    a, b = rng.normal(size=(200, 5)) @ mix, 1 + rng.normal(size=(150, 5))
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.sqrtm(first @ second)
    theirs = np.sum((a.mean(0) - b.mean(0)) ** 2) + np.trace(first + second - 2 * root.real)
    assert metrics.frechet_distance(a, b) == pytest.approx(theirs, rel=1e-9)
