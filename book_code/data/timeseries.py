"""Three series that textbooks forecast: temperatures in Melbourne, airline passengers, sunspots.

From the Time Series Data Library (Hyndman), as J. Brownlee keeps them. A forecast is judged on the end of the series:
the last fifth is for the test, the tenth before for validation.
"""

import csv
from dataclasses import dataclass

import numpy as np

from ..names import unknown
from .errors import DataError
from .fetch import locate
from .mnist import remote_files

MIRRORS = (
    "https://raw.githubusercontent.com/jbrownlee/Datasets/d20fcb6402ae34e653d4513b00f39257bb37ed7f/",
)
FILES = remote_files(
    "timeseries",
    MIRRORS,
    {
        "airline-passengers.csv": (
            2_180,
            "8cb51be753a718d9be5d76d7e238cc224792754676adc21faa59e954b0201621",
        ),
        "daily-min-temperatures.csv": (
            67_921,
            "8b9de63ed6789492bf497625e7f9beb96a63d367b4b0a21754006f749fa5e5da",
        ),
        "monthly-sunspots.csv": (
            45_039,
            "c4ec8cc57d9f6fb6ecdb3e1f37f25b6f4badd5124c55931052b0cd2fc3bc71f3",
        ),
    },
)
# file, unit, and after how many steps the series repeats itself: a year, a year, the eleven years of the sun
SERIES = {
    "temperatures": ("daily-min-temperatures.csv", "°C", 365),
    "passengers": ("airline-passengers.csv", "thousand", 12),
    "sunspots": ("monthly-sunspots.csv", "sunspots", 132),
}


@dataclass(frozen=True)
class Series:
    """A number for each step of time, from the first to the last.

    Shape:
        values (T,) of float64, dates (T,) of datetime64. Training is for what lies before `train_end`, choices for what lies
        between that and `validation_end`, the test for the rest.
    """

    name: str
    values: np.ndarray
    dates: np.ndarray
    unit: str
    season: int
    train_end: int
    validation_end: int


def load(name: str) -> Series:
    """Return "temperatures" (daily, 1981 to 1990), "passengers" (monthly, 1949 to 1960) or "sunspots" (1749 to 1983).

    Raises:
        ValueError: if there is no series of that name.
        DataError: if its file is not on this machine and cannot be fetched.
    """
    if name not in SERIES:
        raise ValueError(unknown("series", name, SERIES))
    file, unit, season = SERIES[name]
    dates, values = parse(locate(FILES[file]).read_text(encoding="utf-8"), file)
    count = len(values)
    return Series(name, values, dates, unit, season, int(0.7 * count), int(0.8 * count))


def parse(text: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the dates and values of a file with a heading and two columns.

    >>> parse('"Month","Passengers"\\n"1949-01",112\\n', "a.csv")[1].tolist()
    [112.0]

    Raises:
        DataError: where a line is not a date and a number, or a date does not come after the one before.
    """
    dates, values = [], []
    for number, row in enumerate(csv.reader(text.splitlines()[1:]), start=2):
        try:
            date, value = row
            dates.append(np.datetime64(date, "D"))
            values.append(float(value))
        except ValueError:
            raise DataError(
                f"{name}, line {number}: {row} is not a date and a number"
            ) from None
        if len(dates) > 1 and dates[-1] <= dates[-2]:
            raise DataError(f"{name}, line {number}: {date} does not come after {dates[-2]}")
    return np.array(dates), np.array(values)
