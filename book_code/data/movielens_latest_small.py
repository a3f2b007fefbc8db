"""MovieLens latest small: 100,836 ratings of films by 610 people (Harper and Konstan 2015, doi:10.1145/2827872).

The source has no split. Ours is by time, as a recommender meets it: of every user, the last tenth of the ratings is the
test split, the tenth before is for validation, and what was rated earlier is for training.
"""

import csv
import io
import zipfile
from dataclasses import dataclass

import numpy as np

from .errors import DataError
from .fetch import locate
from .mnist import remote_files

MIRRORS = ("https://files.grouplens.org/datasets/movielens/",)
NAME = "ml-latest-small.zip"
FILES = remote_files(
    "movielens-latest-small",
    MIRRORS,
    {NAME: (978_202, "696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436")},
)
SHARE = 0.1  # of a user's ratings, for validation and for the test each


@dataclass(frozen=True)
class Ratings:
    """Who rated what, how and when; users and items are numbered from 0.

    Shape:
        users, items and times are (N,) of int64, values (N,) of float32, from 0.5 to 5; train, validation and test hold
        the numbers of their ratings; titles has one for each item.
    """

    users: np.ndarray
    items: np.ndarray
    values: np.ndarray
    times: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    titles: tuple[str, ...]


def load() -> Ratings:
    """Return the ratings.

    Raises:
        DataError: if the file is not on this machine and cannot be fetched.
    """
    rows = np.array(table("ratings.csv"), np.float64)
    users, items = (
        np.unique(rows[:, i].astype(np.int64), return_inverse=True)[1] for i in (0, 1)
    )
    films = {int(film): title for film, title, _ in table("movies.csv")}
    titles = tuple(films[film] for film in np.unique(rows[:, 1].astype(np.int64)).tolist())
    times = rows[:, 3].astype(np.int64)
    train, validation, test = by_time(users, times)
    return Ratings(
        users, items, rows[:, 2].astype(np.float32), times, train, validation, test, titles
    )


def table(name: str) -> list[list[str]]:
    """Return the rows of a file in the archive, without its heading."""
    with zipfile.ZipFile(locate(FILES[NAME])) as archive:
        try:
            content = archive.read(f"ml-latest-small/{name}").decode("utf-8")
        except KeyError:
            raise DataError(f"{NAME} holds no {name}") from None
    return list(csv.reader(io.StringIO(content)))[1:]


def by_time(
    users: np.ndarray, times: np.ndarray, share: float = SHARE
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the numbers of each user's first ratings, of the `share` after them, and of the last `share`.

    Both shares are rounded up. Of ratings in the same second, the one that stands first counts as earlier.

    >>> by_time(np.array([7, 7, 7, 7]), np.array([30, 10, 40, 20]))
    (array([1, 3]), array([0]), array([2]))

    Raises:
        ValueError: if a user has too few ratings for three parts.
    """
    parts: tuple[list, list, list] = ([], [], [])
    for user in np.unique(users):
        rows = np.flatnonzero(users == user)
        rows = rows[np.argsort(times[rows], kind="stable")]
        count = int(np.ceil(share * len(rows)))
        if len(rows) <= 2 * count:
            raise ValueError(f"user {user} has {len(rows)} ratings, too few for three parts")
        cuts = np.split(rows, [len(rows) - 2 * count, len(rows) - count])
        for part, piece in zip(parts, cuts, strict=True):
            part.append(piece)
    train, validation, test = (np.concatenate(part) for part in parts)
    return train, validation, test
