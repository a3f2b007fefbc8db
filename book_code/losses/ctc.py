"""Connectionist temporal classification: labels for a sequence without saying where each of them stands.

A network says at every frame which label it hears, or none (the blank). A path, one label or blank a frame, stands
for the labels that are left when repeats are merged and blanks dropped: a a - a b and - a - a b both say a a b. The
probability of the labels is the sum over all their paths, and a recursion over time has that sum.

| code | symbol | shape |
|------|--------|-------|
| `logits` | before the softmax | (N, T, C), the blank among the C classes |
| `targets` | l | (N, S), padded with anything |
| `extended` | l' | (N, 2S+1): blanks before, between and after the labels |
| `alpha` | log α_t(s) | (N, 2S+1): all beginnings of paths that stand at place s of l' at time t |
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.nn.recurrent import real_steps

NEVER = -1e30  # a logarithm of zero that can be calculated with: its gradient is 0, not nan
Beam = dict[
    tuple[int, ...], list[float]
]  # prefix -> paths that end in a blank, in its last label


class Transcript(NamedTuple):
    """One reading of a sequence: labels, and the logarithm of the probability of all paths that were kept."""

    labels: tuple[int, ...]
    log_probability: float


# --8<-- [start:ctc]
def ctc(
    logits: Any,
    targets: Any,
    target_lengths: Any,
    lengths: Any = None,
    *,
    blank: int = 0,
    zero_infinity: bool = False,
) -> Tensor:
    """Minus the logarithm of the probability of the labels, summed over all paths; the mean over the batch.

    As the mean of PyTorch's `F.ctc_loss(..., reduction="none")`; its "mean" besides divides each loss by the number
    of labels. Here the softmax is inside.

    Args:
        logits: scores of every class at every frame, (N, T, C).
        targets: the labels of each sequence, (N, S); what stands after its length is not read.
        target_lengths: number of labels of each sequence, (N,), from 0 on.
        lengths: number of real frames of each sequence, (N,); all T when None.
        blank: the class that says nothing.
        zero_infinity: whether a sequence that is too short for its labels counts as a loss of 0, with no gradient.

    Raises:
        ValueError: when shapes do not fit, a label is the blank or no class, or (without `zero_infinity`) a sequence
            has fewer frames than labels and the blanks that must part equal neighbours: no path would do.

    References:
        A. Graves, S. Fernández, F. Gomez, J. Schmidhuber (2006). Connectionist temporal classification. ICML.

    Examples:
        >>> two_frames = np.zeros((1, 2, 3))  # label 1 has the paths (1, 1), (1, blank) and (blank, 1) of nine
        >>> round(float(np.exp(-ctc(two_frames, [[1]], [1]).item())), 4)
        0.3333
    """
    logits = _logits(logits)
    n, frames, classes = logits.shape
    targets, counts = _targets(targets, target_lengths, n, classes, blank)
    real = real_steps(np.full(n, frames) if lengths is None else lengths, n, frames)
    possible = _possible(targets, counts, real.sum(axis=1), zero_infinity)

    extended = np.full((n, 2 * targets.shape[1] + 1), blank)
    extended[:, 1::2] = targets
    rows, times = np.arange(n)[:, None, None], np.arange(frames)[None, :, None]
    said = F.log_softmax(logits, axis=2)[rows, times, extended[:, None]]  # (N, T, 2S+1)
    before = np.pad(extended, ((0, 0), (2, 0)), constant_values=blank)[:, :-2]
    jump = (extended != blank) & (extended != before)  # over a blank, to another label

    nothing = np.full((n, 2), NEVER, logits.dtype)
    alpha = F.where(np.arange(extended.shape[1]) < 2, said[:, 0], NEVER)  # (N, 2S+1)
    for t in range(1, frames):
        past = F.concatenate([nothing, alpha], axis=1)  # (N, 2 + 2S+1)
        ways = [alpha, past[:, 1:-1], F.where(jump, past[:, :-2], NEVER)]  # stay, step, jump
        new = F.logsumexp(F.stack(ways), axis=0) + said[:, t]
        alpha = F.where(real[:, t, None], new, alpha)
    each = np.arange(n)
    last = F.where(counts > 0, alpha[each, 2 * counts - 1], NEVER)  # ends with a label
    total = F.logsumexp(F.stack([last, alpha[each, 2 * counts]]), axis=0)  # or with a blank
    return F.where(possible, -total, 0.0).mean()


# --8<-- [end:ctc]


# --8<-- [start:greedy]
def ctc_greedy(logits: Any, lengths: Any = None, *, blank: int = 0) -> list[tuple[int, ...]]:
    """The labels of the most probable path of each sequence: repeats merged, blanks dropped.

    >>> ctc_greedy(np.eye(3)[[[1, 1, 0, 1, 2]]])
    [(1, 1, 2)]
    """
    logits = _logits(logits)
    _check_blank(blank, logits.shape[2])
    best = logits.data.argmax(axis=2)  # (N, T)
    best = np.where(_real(logits, lengths), best, blank)
    fresh = np.diff(best, axis=1, prepend=-1) != 0
    return [
        tuple(row[new & (row != blank)].tolist()) for row, new in zip(best, fresh, strict=True)
    ]


# --8<-- [end:greedy]


# --8<-- [start:beam]
def ctc_beam_search(
    logits: Any, lengths: Any = None, *, width: int, blank: int = 0
) -> list[list[Transcript]]:
    """The most probable labels of each sequence, the best first: prefix beam search.

    Of every beginning (prefix) it holds the probability of the paths that end in a blank and of those that end in
    its last label, for a repeat of that label makes a new one only after a blank. With a beam wide enough for all
    prefixes the probabilities are exact.

    Args:
        logits: scores of every class at every frame, (N, T, C).
        lengths: number of real frames of each sequence, (N,); all T when None.
        width: how many prefixes are kept after each frame.
        blank: the class that says nothing.

    References:
        A. Hannun, A. Maas, D. Jurafsky, A. Ng (2014). arXiv:1408.2873

    Examples:
        >>> p = np.log([[[0.6, 0.4], [0.6, 0.4]]])  # the best path says nothing, with 0.36; but 1 has 0.64
        >>> ctc_greedy(p), ctc_beam_search(p, width=2)[0][0].labels
        ([()], (1,))
    """
    logits = _logits(logits)
    _check_blank(blank, logits.shape[2])
    if width < 1:
        raise ValueError(f"ctc_beam_search expected a width of at least 1, got {width}")
    logs = F.log_softmax(logits.detach(), axis=2).data.astype(np.float64)
    real = _real(logits, lengths)
    return [_search(row[r], width, blank) for row, r in zip(logs, real, strict=True)]


def _search(logs: np.ndarray, width: int, blank: int) -> list[Transcript]:
    """The prefix beam search of one sequence of log-probabilities (T, C)."""
    beam: Beam = {(): [0.0, -np.inf]}
    for frame in logs:
        found: Beam = {}
        for prefix, (ends_blank, ends_label) in beam.items():
            every = np.logaddexp(ends_blank, ends_label)
            _add(found, prefix, 0, every + frame[blank])
            for label, log in enumerate(frame):
                if label == blank:
                    continue
                if prefix and label == prefix[-1]:
                    _add(found, prefix, 1, ends_label + log)
                    _add(found, (*prefix, label), 1, ends_blank + log)
                else:
                    _add(found, (*prefix, label), 1, every + log)
        best = sorted(found.items(), key=lambda item: -np.logaddexp(item[1][0], item[1][1]))
        beam = dict(best[:width])
    return [Transcript(labels, float(np.logaddexp(a, b))) for labels, (a, b) in beam.items()]


# --8<-- [end:beam]


def _add(found: Beam, prefix: tuple[int, ...], kind: int, log: float) -> None:
    ends = found.setdefault(prefix, [-np.inf, -np.inf])
    ends[kind] = float(np.logaddexp(ends[kind], log))


def _real(logits: Tensor, lengths: Any) -> np.ndarray:
    n, frames, _ = logits.shape
    return real_steps(np.full(n, frames) if lengths is None else lengths, n, frames)


def _check_blank(blank: int, classes: int) -> None:
    if not 0 <= blank < classes:
        raise ValueError(f"the blank is one of the {classes} classes, got {blank}")


def _logits(logits: Any) -> Tensor:
    logits = logits if isinstance(logits, Tensor) else Tensor(logits)
    if logits.ndim != 3 or logits.dtype.kind != "f" or 0 in logits.shape:
        raise ValueError(
            f"CTC expected floating-point logits of shape (N, T, C), got {logits.dtype} of {logits.shape}"
        )
    return logits


def _targets(
    targets: Any, counts: Any, n: int, classes: int, blank: int
) -> tuple[np.ndarray, np.ndarray]:
    """Labels with what stands after their ends set to 0, and their numbers."""
    targets, counts = np.asarray(targets), np.asarray(counts)
    if (
        targets.ndim != 2
        or len(targets) != n
        or (targets.size and targets.dtype.kind not in "iu")
    ):
        raise ValueError(
            f"ctc expected targets of integers of shape ({n}, S), got {targets.dtype} of {targets.shape}"
        )
    width = targets.shape[1]
    if counts.shape != (n,) or counts.dtype.kind not in "iu":
        raise ValueError(
            f"ctc expected {n} target lengths, got {counts.dtype} of {counts.shape}"
        )
    if not 0 <= counts.min() <= counts.max() <= width:
        raise ValueError(
            f"target lengths must be from 0 to {width}, got {counts.min()} to {counts.max()}"
        )
    _check_blank(blank, classes)
    there = np.arange(width) < counts[:, None]
    labels = targets[there]
    if ((labels < 0) | (labels >= classes) | (labels == blank)).any():
        raise ValueError(
            f"labels are from 0 to {classes - 1} and not the blank {blank}, got {np.unique(labels).tolist()}"
        )
    return np.where(there, targets, 0).astype(np.int64), counts.astype(np.int64)


def _possible(
    targets: np.ndarray, counts: np.ndarray, frames: np.ndarray, zero_infinity: bool
) -> np.ndarray:
    """Which sequences have frames enough for their labels."""
    inside = np.arange(1, targets.shape[1]) < counts[:, None]
    needed = counts + ((targets[:, 1:] == targets[:, :-1]) & inside).sum(axis=1)
    possible = needed <= frames
    if not zero_infinity and not possible.all():
        row = int(np.flatnonzero(~possible)[0])
        raise ValueError(
            f"sequence {row} has {frames[row]} frames, and its {counts[row]} labels need {needed[row]} "
            "(a blank must part equal neighbours): the loss is infinite; make frames shorter, leave the "
            "sequence out, or pass zero_infinity=True"
        )
    return possible
