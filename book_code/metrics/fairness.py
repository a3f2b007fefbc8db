"""Fairness: whether a yes-or-no decision treats groups alike, by several definitions that exclude each other.

Hardt, Price and Srebro (2016), Equality of Opportunity in Supervised Learning, arXiv:1610.02413; that they cannot all
hold at once: Chouldechova (2016), arXiv:1610.07524.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from book_code.metrics._checks import ratio, same_shape, yes_or_no


class GroupRates(NamedTuple):
    """One entry a group, in the order of `groups`; nan where a group has no example to count."""

    groups: np.ndarray
    counts: np.ndarray
    selection_rate: np.ndarray  # share that gets a yes
    true_positive_rate: np.ndarray  # of those who merit a yes
    false_positive_rate: np.ndarray  # of those who do not
    precision: np.ndarray  # share of the yeses that are merited


# --8<-- [start:fairness]
def group_rates(labels: Any, decisions: Any, groups: Any) -> GroupRates:
    """What each group gets.

    Args:
        labels: 1 for those who merit a yes, 0 for the others, of shape (N,).
        decisions: 1 for those who get a yes, of shape (N,).
        groups: the group of each, numbers or strings, of shape (N,).

    Examples:
        >>> rates = group_rates([1, 0, 1, 0], [1, 0, 1, 1], ["a", "a", "b", "b"])
        >>> rates.selection_rate.tolist(), rates.false_positive_rate.tolist()
        ([0.5, 1.0], [0.0, 1.0])
    """
    merit = yes_or_no("group_rates", labels)
    said = yes_or_no("group_rates", decisions, "decisions")
    groups = np.asarray(groups)
    same_shape("group_rates", merit, said)
    same_shape("group_rates", merit, groups)
    names, member = np.unique(groups, return_inverse=True)

    def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
        sums = (
            np.bincount(member, weights=w, minlength=len(names)) for w in (part & whole, whole)
        )
        top, bottom = sums
        return np.where(bottom > 0, ratio(top, bottom), np.nan)

    everyone = np.ones_like(merit)
    return GroupRates(
        names,
        np.bincount(member, minlength=len(names)),
        share(said, everyone),
        share(said, merit),
        share(said, ~merit),
        share(merit, said),
    )


def demographic_parity_difference(decisions: Any, groups: Any) -> float:
    """The largest difference between groups in the share that gets a yes.

    >>> demographic_parity_difference([1, 0, 1, 1], ["a", "a", "b", "b"])
    0.5
    """
    return _gap(group_rates(decisions, decisions, groups).selection_rate)


def disparate_impact(decisions: Any, groups: Any) -> float:
    """The smallest selection rate over the largest; below 0.8 fails the "four-fifths rule" of US agencies (1978).

    >>> disparate_impact([1, 0, 1, 1], ["a", "a", "b", "b"])
    0.5
    """
    rates = group_rates(decisions, decisions, groups).selection_rate
    if rates.max() == 0:
        raise ValueError("disparate_impact has no meaning when nobody gets a yes")
    return float(rates.min() / rates.max())


def equal_opportunity_difference(labels: Any, decisions: Any, groups: Any) -> float:
    """The largest difference between groups in the share that gets a yes, of those who merit it.

    >>> equal_opportunity_difference([1, 1, 1, 1], [1, 0, 1, 1], ["a", "a", "b", "b"])
    0.5
    """
    return _gap(group_rates(labels, decisions, groups).true_positive_rate)


def equalized_odds_difference(labels: Any, decisions: Any, groups: Any) -> float:
    """The larger of the differences in true and in false positive rates.

    >>> equalized_odds_difference([1, 0, 1, 0], [1, 0, 1, 1], ["a", "a", "b", "b"])
    1.0
    """
    rates = group_rates(labels, decisions, groups)
    return max(_gap(rates.true_positive_rate), _gap(rates.false_positive_rate))


# --8<-- [end:fairness]


def _gap(rates: np.ndarray) -> float:
    """The largest difference, if every group has a rate."""
    if np.isnan(rates).any():
        raise ValueError(
            "a group has nobody to compare (none who merits a yes, or none who does not): "
            "leave the group out or gather more examples"
        )
    return float(rates.max() - rates.min())
