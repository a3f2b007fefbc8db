"""CTC against the sum over all paths, its gradients, its decoders, and what it refuses."""

import itertools

import numpy as np
import pytest

from book_code.autodiff import Tensor, check_grads
from book_code.losses.ctc import ctc, ctc_beam_search, ctc_greedy


def read(path, blank=0):
    """The labels that a path stands for."""
    merged = [label for label, _ in itertools.groupby(path)]
    return tuple(label for label in merged if label != blank)


def all_readings(logits, blank=0):
    """The probability of every label sequence, by all paths of logits (T, C)."""
    p = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    found = {}
    for path in itertools.product(range(p.shape[1]), repeat=len(p)):
        labels = read(path, blank)
        found[labels] = found.get(labels, 0.0) + np.prod(p[np.arange(len(p)), path])
    return found


@pytest.mark.parametrize("blank", [0, 2])
def test_every_reading_has_the_sum_of_its_paths(blank):
    logits = np.random.default_rng(0).standard_normal((1, 5, 3))
    readings = all_readings(logits[0], blank)
    assert sum(readings.values()) == pytest.approx(1)
    assert len(readings) == 25
    for labels, p in readings.items():
        loss = ctc(logits, np.array([labels], int), [len(labels)], blank=blank)
        assert loss.item() == pytest.approx(-np.log(p), rel=1e-10)


TARGETS = np.array([[1, 1, 2], [2, 3, 9], [1, 9, 9], [9, 9, 9]])
COUNTS, LENGTHS = [3, 2, 1, 0], [5, 3, 2, 4]


def batch():
    return np.random.default_rng(1).standard_normal((4, 5, 4))


def test_a_batch_is_the_mean_of_its_sequences():
    logits = batch()
    alone = [
        ctc(
            logits[i : i + 1, : LENGTHS[i]], TARGETS[i : i + 1, : COUNTS[i]], COUNTS[i : i + 1]
        ).item()
        for i in range(4)
    ]
    assert ctc(logits, TARGETS, COUNTS, LENGTHS).item() == pytest.approx(
        np.mean(alone), rel=1e-12
    )


def test_gradients_of_first_and_second_order():
    check_grads(lambda x: ctc(x, TARGETS, COUNTS, LENGTHS), [batch()])


def test_frames_after_the_end_get_no_gradient():
    x = Tensor(batch(), requires_grad=True)
    ctc(x, TARGETS, COUNTS, LENGTHS).backward()
    for row, length in enumerate(LENGTHS):
        assert (x.grad.data[row, length:] == 0).all()
        assert (x.grad.data[row, :length] != 0).all()


def test_sure_scores_do_not_overflow():
    logits = 2000 * np.eye(3, dtype=np.float32)[[[1, 0, 1, 2, 2]]]
    x = Tensor(logits, requires_grad=True)
    loss = ctc(x, [[1, 1, 2]], [3])
    loss.backward()
    assert loss.dtype == np.float32
    assert loss.item() == 0
    assert np.isfinite(x.grad.data).all()
    wrong = ctc(logits, [[2, 1, 1]], [3])
    assert 2000 < wrong.item() < 1e5


def test_too_few_frames_are_refused_or_count_nothing():
    logits = batch()[:2]
    targets = np.array([[1, 1, 1], [1, 2, 3]])
    with pytest.raises(ValueError, match=r"sequence 0 has 4 frames, and its 3 labels need 5"):
        ctc(logits, targets, [3, 3], [4, 4])
    x = Tensor(logits, requires_grad=True)
    loss = ctc(x, targets, [3, 3], [4, 4], zero_infinity=True)
    loss.backward()
    other = ctc(logits[1:], targets[1:], [3], [4])
    assert loss.item() == pytest.approx(other.item() / 2, rel=1e-12)
    assert (x.grad.data[0] == 0).all()
    assert ctc(logits, targets, [3, 3], [5, 3]).item() > 0  # just enough


def test_greedy_reads_the_best_path():
    logits = batch()
    for row, labels in enumerate(ctc_greedy(logits, LENGTHS)):
        assert labels == read(logits[row, : LENGTHS[row]].argmax(axis=1))
    assert ctc_greedy(np.eye(3)[[[1, 1, 0, 1, 2, 2]]]) == [(1, 1, 2)]
    assert ctc_greedy(np.eye(3)[[[1, 1, 0, 1, 2, 2]]], blank=2) == [(1, 0, 1)]


@pytest.mark.parametrize("blank", [0, 1])
def test_a_wide_beam_has_every_reading_with_its_probability(blank):
    logits = np.random.default_rng(3).standard_normal((2, 5, 3))
    for row, found in enumerate(ctc_beam_search(logits, [5, 3], width=1000, blank=blank)):
        expected = all_readings(logits[row, : [5, 3][row]], blank)
        order = sorted(expected, key=expected.get, reverse=True)
        found = [t for t in found if t.log_probability > -np.inf]
        assert [t.labels for t in found] == order
        for transcript in found:
            assert np.exp(transcript.log_probability) == pytest.approx(
                expected[transcript.labels]
            )


def test_a_narrow_beam_finds_what_the_best_path_misses():
    logits = np.log([[[0.6, 0.4], [0.6, 0.4]]])
    assert ctc_greedy(logits) == [()]
    best = ctc_beam_search(logits, width=2)[0][0]
    assert best.labels == (1,)
    assert np.exp(best.log_probability) == pytest.approx(0.64)
    assert len(ctc_beam_search(batch(), width=3)[0]) == 3


X = np.zeros((2, 4, 3))
BAD = [
    (lambda: ctc(X[0], [[1]], [1]), r"logits of shape \(N, T, C\), got float64 of \(4, 3\)"),
    (lambda: ctc(X, [[1]], [1]), r"targets of integers of shape \(2, S\)"),
    (lambda: ctc(X, [[1.0], [1.0]], [1, 1]), "got float64"),
    (lambda: ctc(X, [[1], [1]], [1]), "expected 2 target lengths"),
    (lambda: ctc(X, [[1], [1]], [1, 2]), "from 0 to 1, got 1 to 2"),
    (lambda: ctc(X, [[1], [3]], [1, 1]), r"not the blank 0, got \[1, 3\]"),
    (lambda: ctc(X, [[1], [0]], [1, 1]), r"not the blank 0, got \[0, 1\]"),
    (lambda: ctc(X, [[1], [1]], [1, 1], blank=3), "one of the 3 classes, got 3"),
    (lambda: ctc(X, [[1], [1]], [1, 1], [5, 4]), "from 1 to the 4 steps"),
    (lambda: ctc_beam_search(X, width=0), "width of at least 1"),
]


@pytest.mark.parametrize(("do", "words"), BAD)
def test_bad_input_is_refused_in_words(do, words):
    with pytest.raises(ValueError, match=words):
        do()


@pytest.mark.parametrize("blank", [-1, 3])
def test_decoders_take_no_blank_that_is_no_class(blank):
    logits = np.eye(3)[[[1, 1, 0, 1, 2]]]
    for read_it in (ctc_greedy, lambda x, blank: ctc_beam_search(x, width=2, blank=blank)):
        with pytest.raises(ValueError, match="the blank is one of the 3 classes"):
            read_it(logits, blank=blank)
