"""From a model that foretells the next token to a text: greedy, beam search, sampling.

All of it works with any *step function*

    logits, state = step(tokens, state)

that takes the last token of each of B texts, (B,) integers, and what the model remembers of what came before,
and gives the logits (B, V) of what comes next. The state is None at the beginning, or what an encoder gave; it is
an array, or tuples, lists or dictionaries of arrays, each with the B texts along its first axis, so that a search
may go on with some rows and forget others. Arrays may be NumPy's, or tensors of either back end that need no
gradient. `whole_text` makes a step function of a model that reads the whole text anew every time.

A text is gone on with from its last token; what stands before it is the state, for a step function of `whole_text`:

    prompt = np.array(tokenizer.encode("Once upon"))
    sample(whole_text(model), prompt[-1], prompt[None, :-1], length=20, rng=rng)

| code | symbol | meaning |
|------|--------|---------|
| `tokens` | y | what was chosen so far, without the start |
| `log_probability` | log p(y) | sum over the tokens |
| `score` | log p(y) / |y|^a | what the beam search ranks by; a is `length_power` |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..names import check_generator

Step = Callable[[np.ndarray, Any], tuple[Any, Any]]


class Hypothesis(NamedTuple):
    """One text that a search has come to.

    Attributes:
        tokens: what was chosen, the end token included when it has ended.
        log_probability: the logarithm of its probability under the model.
        score: what it is ranked by.
        ended: whether the end token was chosen.
    """

    tokens: tuple[int, ...]
    log_probability: float
    score: float
    ended: bool


def whole_text(model: Callable[[np.ndarray], Any]) -> Step:
    """A step function out of a model that gives logits (B, T, V) for whole texts (B, T).

    The state is the text so far; no work is saved from step to step. The model may be one
    of the book's in NumPy, in evaluation mode.

    >>> step = whole_text(lambda ids: np.eye(3)[ids])
    >>> logits, state = step(np.array([2]), np.array([[0, 1]]))
    >>> logits.tolist(), state.tolist()
    ([[0.0, 0.0, 1.0]], [[0, 1, 2]])
    """

    def step(tokens: np.ndarray, state: Any) -> tuple[Any, Any]:
        text = tokens[:, None] if state is None else np.concatenate([state, tokens[:, None]], 1)
        logits = model(text)
        logits = logits.detach() if hasattr(logits, "detach") else logits
        return logits[:, -1], text

    return step


# --8<-- [start:greedy]
def greedy(
    step: Step, start: Any, state: Any = None, *, length: int, end: int | None = None
) -> np.ndarray:
    """Take the most probable token at every step.

    Args:
        step: the step function.
        start: the token that each text begins with, (B,), or one number for a single text.
        state: what the model knows before the first step.
        length: how many tokens to choose at most.
        end: the token after which nothing comes; the rest of its row is filled with it.

    Returns:
        What was chosen, (B, at most length), or without B when `start` is a number.

    Examples:
        >>> successor = lambda tokens, state: (np.roll(np.eye(4), 1, axis=1)[tokens], state)
        >>> greedy(successor, 0, length=5, end=3)
        array([1, 2, 3])
    """
    return _one_by_one(step, start, state, length, end, lambda logits, _: logits.argmax(axis=1))


# --8<-- [end:greedy]


# --8<-- [start:sample]
def sample(
    step: Step,
    start: Any,
    state: Any = None,
    *,
    length: int,
    end: int | None = None,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    repetition_penalty: float = 1.0,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw every token from the model's distribution, or from a part of it; see `distribution`.

    Args:
        step: the step function.
        start: the token that each text begins with, (B,), or one number for a single text.
        state: what the model knows before the first step.
        length: how many tokens to draw at most.
        end: the token after which nothing comes; the rest of its row is filled with it.
        temperature: below 1 what is probable becomes more probable.
        top_k: draw among so many of the most probable tokens.
        top_p: draw among the most probable tokens that together have this probability.
        repetition_penalty: above 1 what the text already holds becomes less probable.
        rng: what draws.

    Returns:
        What was drawn, (B, at most length), or without B when `start` is a number.
    """
    check_generator("sample", rng)

    def draw(logits: np.ndarray, text: np.ndarray) -> np.ndarray:
        p = distribution(logits, temperature, top_k, top_p, repetition_penalty, text)
        levels = p.cumsum(axis=1)
        drawn = (levels < rng.random((len(p), 1)) * levels[:, -1:]).sum(axis=1)
        return np.minimum(drawn, _last_possible(p))

    return _one_by_one(step, start, state, length, end, draw)


# --8<-- [end:sample]


# --8<-- [start:distribution]
def distribution(
    logits: Any,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    repetition_penalty: float = 1.0,
    text: Any = None,
) -> np.ndarray:
    """The probabilities to draw the next token from.

    In this order: logits of tokens that the text holds are divided by the repetition penalty (multiplied when
    negative), all are divided by the temperature, then all but the k most probable go, then all but the fewest of
    the most probable whose probabilities come to p. Of equal ones the first stay.

    Args:
        logits: scores of the next token, (B, V) or (V,).
        temperature: above 0.
        top_k: from 1; more than there are tokens means all.
        top_p: above 0, up to 1.
        repetition_penalty: above 0; 1 changes nothing.
        text: the tokens so far, (B, T) or (T,); needed for a repetition penalty.

    Returns:
        Probabilities of the shape of the logits, in float64.

    References:
        A. Fan et al. (2018), arXiv:1805.04833 (top k). A. Holtzman et al. (2020), arXiv:1904.09751 (top p, the
        nucleus). N. Keskar et al. (2019), arXiv:1909.05858 (repetition penalty).

    Examples:
        >>> distribution(np.log([0.5, 0.25, 0.15, 0.1]), top_p=0.7).round(3).tolist()
        [0.667, 0.333, 0.0, 0.0]
        >>> distribution(np.log([0.8, 0.2]), temperature=2.0).round(3).tolist()
        [0.667, 0.333]
    """
    _check_choices(temperature, top_k, top_p, repetition_penalty)
    z = np.array(logits, np.float64, ndmin=2)
    z = _logits(z, len(z)).copy()
    if repetition_penalty != 1:
        if text is None:
            raise ValueError("a repetition penalty needs text=, the tokens so far")
        rows, held = np.arange(len(z))[:, None], np.atleast_2d(np.asarray(text))
        if held.size and not 0 <= held.min() <= held.max() < z.shape[1]:
            raise ValueError(
                f"the text holds tokens from {held.min()} to {held.max()}, "
                f"but there are logits of 0 to {z.shape[1] - 1}"
            )
        known = z[rows, held]
        z[rows, held] = np.where(
            known > 0, known / repetition_penalty, known * repetition_penalty
        )
    z = z / temperature
    order = np.argsort(-z, axis=1, kind="stable")
    p = np.take_along_axis(_softmax(z), order, axis=1)  # the most probable first
    if top_k is not None:
        p[:, top_k:] = 0
        p /= p.sum(axis=1, keepdims=True)
    if top_p is not None:
        before = p.cumsum(axis=1) - p
        p[(before >= top_p) & (np.arange(p.shape[1]) > 0)] = 0
    p /= p.sum(axis=1, keepdims=True)
    out = np.empty_like(p)
    np.put_along_axis(out, order, p, axis=1)
    return out.reshape(np.shape(logits))


# --8<-- [end:distribution]


# --8<-- [start:beam]
def beam_search(
    step: Step,
    start: int,
    state: Any = None,
    *,
    width: int,
    length: int,
    end: int | None = None,
    length_power: float = 0.0,
) -> list[Hypothesis]:
    """Keep the `width` best beginnings at every step; return the best texts, the best first.

    Args:
        step: the step function.
        start: the token that the text begins with.
        state: what the model knows before the first step, of one text: arrays of (1, ...).
        width: how many continuations are kept at every step; 1 is the greedy choice.
        length: how many tokens a text has at most; what has not ended by then is cut off there.
        end: the token after which nothing comes.
        length_power: a of log p / |y|^a. With 0 short texts win, with 1 it is the mean over the tokens.

    Returns:
        At most `width` texts that have ended or are of full length.

    References:
        A. Graves (2012), arXiv:1211.3711; I. Sutskever et al. (2014), arXiv:1409.3215. Lengths: Y. Wu et al.
        (2016), arXiv:1609.08144.

    Examples:
        >>> table = np.log([[0.1, 0.5, 0.4], [0.3, 0.3, 0.4], [0.05, 0.05, 0.9]])
        >>> best = beam_search(lambda t, s: (table[t], s), 0, width=2, length=2)
        >>> [(h.tokens, round(float(np.exp(h.log_probability)), 2)) for h in best]
        [((2, 2), 0.36), ((1, 2), 0.2)]
    """
    done: list[Hypothesis] = []
    for beam in beam_steps(
        step, start, state, width=width, length=length, end=end, length_power=length_power
    ):
        full = len(beam[0].tokens) == length
        done += [h for h in beam if h.ended or full]
        done = sorted(done, key=lambda h: -h.score)[:width]
        reach = [h.log_probability / length**length_power for h in beam if not h.ended]
        if len(done) == width and done[-1].score >= max(reach, default=-np.inf):
            break  # no beginning that is left can come to more
    return done


def beam_steps(
    step: Step,
    start: int,
    state: Any = None,
    *,
    width: int,
    length: int,
    end: int | None = None,
    length_power: float = 0.0,
) -> Iterator[list[Hypothesis]]:
    """The beam after every step: the `width` best continuations of what was kept, for those who want to watch.

    A text that ends stands in the beam once, when it ends, and leaves its place to others.
    Arguments are those of `beam_search`.
    """
    if min(width, length) < 1 or length_power < 0:
        raise ValueError(
            "beam search expected a width and a length of at least 1 and a length power from 0, "
            f"got {width}, {length} and {length_power}"
        )
    alive = [Hypothesis((), 0.0, 0.0, False)]
    tokens = np.array([start], np.int64)
    for count in range(1, length + 1):
        logits, state = step(tokens, state)
        z = _log_softmax(_logits(logits, len(alive)))
        totals = np.array([h.log_probability for h in alive])[:, None] + z  # (beam, V)
        order = np.argsort(-totals, axis=None, kind="stable")
        beam: list[Hypothesis] = []
        parents: list[int] = []
        for place in order:
            parent, token = divmod(int(place), z.shape[1])
            total = float(totals[parent, token])
            if len(beam) == width or total == -np.inf:
                break
            ended = token == end
            score = total / count**length_power
            beam.append(Hypothesis((*alive[parent].tokens, token), total, score, ended))
            if not ended:
                parents.append(parent)
        yield beam
        alive = [h for h in beam if not h.ended]
        if not alive:
            return
        tokens = np.array([h.tokens[-1] for h in alive], np.int64)
        state = rows_of(state, np.array(parents))


# --8<-- [end:beam]


def rows_of(state: Any, rows: np.ndarray) -> Any:
    """The state of some texts: every array of it at these rows of its first axis.

    >>> rows_of((np.array([5, 6]), None), np.array([1, 1, 0]))
    (array([6, 6, 5]), None)
    """
    if state is None:
        return None
    if isinstance(state, dict):
        return {key: rows_of(value, rows) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [rows_of(part, rows) for part in state]
        if hasattr(state, "_fields"):
            return type(state)(*parts)
        return type(state)(parts)
    return state[rows]


def _one_by_one(
    step: Step, start: Any, state: Any, length: int, end: int | None, choose: Callable[..., Any]
) -> np.ndarray:
    """Choose token after token; rows that have ended go on with the end token."""
    if length < 1:
        raise ValueError(f"expected a length of at least 1, got {length}")
    given = np.asarray(start)
    if given.ndim > 1 or given.dtype.kind not in "iuf" or (given != given.round()).any():
        raise ValueError(
            f"expected the start as one token, or one for each text, (B,); got {given.dtype} of shape "
            f"{given.shape}. To go on with a prompt give its last token, and what stands before as the state"
        )
    tokens = np.atleast_1d(given.astype(np.int64))
    text = tokens[:, None]
    ended = np.zeros(len(tokens), bool)
    for _ in range(length):
        logits, state = step(text[:, -1], state)
        chosen = choose(_logits(logits, len(text)), text)
        if end is not None:
            chosen = np.where(ended, end, chosen)
            ended |= chosen == end
        text = np.concatenate([text, chosen[:, None]], axis=1)
        if ended.all():
            break
    return text[:, 1:] if np.ndim(start) else text[0, 1:]


def _logits(logits: Any, rows: int) -> np.ndarray:
    array = np.asarray(logits, dtype=np.float64)
    if array.ndim != 2 or len(array) != rows:
        raise ValueError(
            f"the step function must give logits of shape ({rows}, V), one row a text, got {array.shape}"
        )
    if np.isnan(array).any() or (array.max(axis=1) == -np.inf).any():
        raise ValueError(
            "the logits of the next token are nan, or none is above minus infinity"
        )
    return array


def _log_softmax(z: np.ndarray) -> np.ndarray:
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def _softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _last_possible(p: np.ndarray) -> np.ndarray:
    """The last token of each row that has a probability: rounding must not lead beyond it."""
    return p.shape[1] - 1 - (p[:, ::-1] > 0).argmax(axis=1)


def _check_choices(
    temperature: float, top_k: int | None, top_p: float | None, repetition_penalty: float
) -> None:
    if not 0 < temperature < np.inf:
        raise ValueError(
            f"temperature must be above 0, got {temperature}; for the most probable token use greedy"
        )
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k must be at least 1, got {top_k}; None means all tokens")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, got {top_p}")
    if not 0 < repetition_penalty < np.inf:
        raise ValueError(f"repetition_penalty must be above 0, got {repetition_penalty}")
