"""Text: translations against references, transcripts against what was said, the surprise of a model."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import chain

Tokens = Sequence[Hashable]


# --8<-- [start:bleu]
def bleu(
    references: Sequence[Sequence[Tokens]],
    candidates: Sequence[Tokens],
    max_n: int = 4,
    smooth: bool = False,
) -> float:
    """BLEU of a whole corpus, from 0 to 1: n-grams shared with a reference, and no less text.

    Papineni et al. (2002), doi:10.3115/1073083.1073135.

    Args:
        references: for each candidate one or more reference translations, as lists of tokens.
        candidates: the translations to be judged, as lists of tokens.
        max_n: longest n-gram that counts.
        smooth: count one hit more for n > 1 (Lin and Och 2004, doi:10.3115/1220355.1220427), for single
            sentences, which often share no 4-gram.

    Examples:
        >>> bleu([["the cat is on the mat".split()]], ["the cat is on a mat".split()]).__round__(4)
        0.5373
    """
    if len(references) != len(candidates) or not candidates:
        raise ValueError(
            f"bleu expected a list of references for each of the candidates, got {len(references)} for "
            f"{len(candidates)}"
        )
    if not all(references):
        raise ValueError("bleu expected at least one reference for each candidate")
    if any(isinstance(text, str) for text in (*candidates, *chain(*references))):
        raise TypeError(
            "bleu expected candidates as lists of tokens, and for each a list of such references; "
            "got a string: text.split()"
        )
    hits, totals, length, closest = [0] * max_n, [0] * max_n, 0, 0
    for options, candidate in zip(references, candidates, strict=True):
        length += len(candidate)
        closest += min((abs(len(option) - len(candidate)), len(option)) for option in options)[
            1
        ]
        for n in range(1, max_n + 1):
            said = ngrams(candidate, n)
            allowed: Counter = Counter()
            for option in options:
                allowed |= ngrams(option, n)
            hits[n - 1] += sum((said & allowed).values())
            totals[n - 1] += sum(said.values())
    if smooth:
        hits = [hits[0], *(h + 1 for h in hits[1:])]
        totals = [totals[0], *(t + 1 for t in totals[1:])]
    if min(hits) == 0:
        return 0.0
    precision = sum(math.log(h / t) for h, t in zip(hits, totals, strict=True)) / max_n
    brevity = min(0.0, 1 - closest / length)
    return math.exp(brevity + precision)


def ngrams(tokens: Tokens, n: int) -> Counter:
    """How often each run of n tokens occurs.

    >>> ngrams("abab", 2) == {("a", "b"): 2, ("b", "a"): 1}
    True
    """
    return Counter(zip(*(tokens[i:] for i in range(n)), strict=False))


# --8<-- [end:bleu]


def edit_distance(reference: Tokens, candidate: Tokens) -> int:
    """How many insertions, deletions and replacements make one sequence the other (Levenshtein 1966).

    >>> edit_distance("kitten", "sitting")
    3
    """
    row = list(range(len(candidate) + 1))
    for i, wanted in enumerate(reference, start=1):
        corner, row[0] = row[0], i
        for j, said in enumerate(candidate, start=1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (wanted != said))
    return row[-1]


def error_rate_of_words(references: Sequence[Tokens], candidates: Sequence[Tokens]) -> float:
    """Edits for each reference token: the word error rate (of characters, if the tokens are such).

    >>> error_rate_of_words(["a b c d".split()], ["a x c".split()])
    0.5
    """
    if len(references) != len(candidates) or not sum(map(len, references)):
        raise ValueError(
            "error_rate_of_words expected as many candidates as non-empty references"
        )
    edits = sum(map(edit_distance, references, candidates))
    return edits / sum(map(len, references))


def perplexity(mean_loss: float) -> float:
    """Among how many equally likely tokens a model hesitates: exp of the mean cross-entropy in nats.

    Above about 709 nats no float is large enough: then it is infinite.

    >>> perplexity(math.log(50.0)).__round__(4)
    50.0
    """
    try:
        return math.exp(mean_loss)
    except OverflowError:
        return math.inf
