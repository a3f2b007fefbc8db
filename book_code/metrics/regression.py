"""Numbers: how far predictions are from targets."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.metrics._checks import numbers


def mean_squared_error(targets: Any, predictions: Any) -> float:
    """The mean squared difference.

    >>> mean_squared_error([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    targets, predictions = numbers("mean_squared_error", targets, predictions)
    return float(np.mean((targets - predictions) ** 2))


def mean_absolute_error(targets: Any, predictions: Any) -> float:
    """The mean absolute difference.

    >>> mean_absolute_error([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    targets, predictions = numbers("mean_absolute_error", targets, predictions)
    return float(np.mean(np.abs(targets - predictions)))


def r_squared(targets: Any, predictions: Any) -> float:
    """The share of the targets' variance that the predictions explain; 0 for predicting the mean.

    >>> r_squared([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])
    0.0
    """
    targets, predictions = numbers("r_squared", targets, predictions)
    if targets.min() == targets.max():  # their mean may be rounded away from them
        raise ValueError("r_squared has no meaning when all targets are equal")
    spread = np.mean((targets - targets.mean()) ** 2)
    return float(1 - np.mean((targets - predictions) ** 2) / spread)


def root_mean_squared_error(targets: Any, predictions: Any) -> float:
    """The square root of the mean squared difference, in the units of the targets.

    >>> root_mean_squared_error([1.0, 2.0], [1.0, 4.0]).__round__(4)
    1.4142
    """
    return float(np.sqrt(mean_squared_error(targets, predictions)))


def mean_absolute_percentage_error(targets: Any, predictions: Any) -> float:
    """The mean absolute difference as a percentage of the target, in per cent.

    Raises:
        ValueError: when a target is 0, where a percentage has no meaning.

    Examples:
        >>> mean_absolute_percentage_error([100.0, 50.0], [75.0, 75.0])
        37.5
    """
    targets, predictions = numbers("mean_absolute_percentage_error", targets, predictions)
    if not targets.all():
        raise ValueError(
            "mean_absolute_percentage_error has no meaning where a target is 0: use mean_absolute_error"
        )
    return float(100 * np.mean(np.abs((targets - predictions) / targets)))


def mean_absolute_scaled_error(
    targets: Any, predictions: Any, history: Any, season: int = 1
) -> float:
    """The mean absolute error, in units of what the naive forecast errs on the history.

    Below 1 is better than repeating the last value (or, with `season`, that of a season before).
    Hyndman and Koehler (2006), doi:10.1016/j.ijforecast.2006.03.001.

    Args:
        targets: the values to be forecast.
        predictions: the forecasts.
        history: the series that was there to learn from, of shape (T,).
        season: after how many steps the series repeats itself; 1 for the naive forecast.

    Examples:
        >>> mean_absolute_scaled_error([5.0], [4.0], history=[1.0, 3.0, 2.0, 4.0]).__round__(4)
        0.6
    """
    history = np.asarray(history, np.float64)
    if history.ndim != 1 or not 1 <= season < len(history):
        raise ValueError(
            f"mean_absolute_scaled_error expected a history longer than season={season}, "
            f"got shape {history.shape}"
        )
    naive = np.mean(np.abs(history[season:] - history[:-season]))
    if naive == 0:
        raise ValueError(
            "mean_absolute_scaled_error: the naive forecast never errs on this history"
        )
    return mean_absolute_error(targets, predictions) / float(naive)
