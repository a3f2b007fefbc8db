"""Film reviews of one sentence, half of them praise, and 2,000 longer ones (Pang and Lee 2005 and 2004, arXiv:cs/0506075).

The source has no split. Ours is fixed: a tenth of the sentences is the test split, another tenth for validation, both
drawn at random with as much praise as blame. The longer reviews are text without labels: `reviews` leaves out every line
that shares words with a sentence held out. The sentences come as the UTF-8 copy that most programs use.
"""

import re
import tarfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .dataset import Split, hold_out
from .errors import DataError
from .fetch import RemoteFile, locate
from .mnist import remote_files

FOLDER = "sentiment"
MIRRORS = (
    "https://raw.githubusercontent.com/dennybritz/cnn-text-classification-tf/"
    "a0d0e9742b3dc42194955e78858f7be93027c75e/data/rt-polaritydata/",
)
REVIEW_MIRRORS = ("https://www.cs.cornell.edu/people/pabo/movie-review-data/",)
REVIEWS = "review_polarity.tar.gz"
FILES: dict[str, RemoteFile] = remote_files(
    FOLDER,
    MIRRORS,
    {
        "rt-polarity.neg": (
            612_506,
            "2d11cfbc790f1cd96d78339f41ce53ced1efa83cd22d37d6788fa3fe3d17e2fd",
        ),
        "rt-polarity.pos": (
            626_395,
            "4134882974a28d0c7b5151256f0e33a6169984ee7372c279e673f1114f475d58",
        ),
    },
) | remote_files(
    FOLDER,
    REVIEW_MIRRORS,
    {
        REVIEWS: (
            3_127_238,
            "fc0dccc2671af5db3c5d8f81f77a1ebfec953ecdd422334062df61ede36b2179",
        )
    },
)
HELD_OUT = 1_066  # sentences for validation, and as many for the test
RUN = 8  # words in a row that two texts share by copying, hardly by chance
SHORTEST = 3  # words of a sentence that can be told to be copied


@dataclass(frozen=True)
class Sentences:
    """What reviewers wrote, and whether they praise (1) or blame (0).

    Shape:
        texts has N sentences, y is (N,) of int64; train, validation and test hold the numbers of their sentences.
    """

    texts: tuple[str, ...]
    y: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def load() -> Sentences:
    """Return the 10,662 sentences, blame before praise.

    Raises:
        DataError: if a file is not on this machine and cannot be fetched.
    """
    parts = [
        locate(FILES[f"rt-polarity.{name}"]).read_text(encoding="utf-8").strip().split("\n")
        for name in ("neg", "pos")
    ]
    y = np.repeat(np.arange(2), [len(part) for part in parts])
    rest, test = hold_out(Split(np.arange(len(y)), y), HELD_OUT)
    train, validation = hold_out(rest, HELD_OUT)
    texts = tuple(line.strip() for part in parts for line in part)
    return Sentences(texts, y, train.x, validation.x, test.x)


def reviews(sentences: Sentences, count: int = 2_000) -> list[list[str]]:
    """Return the first of the longer reviews, line by line, without what may be of a sentence held out.

    A line goes if it shares eight words in a row with a sentence held out, or all words of a sentence of three to seven.

    Raises:
        DataError: if the archive is not on this machine, cannot be fetched or read.
    """
    rows = [*sentences.validation.tolist(), *sentences.test.tolist()]
    kept_apart = runs(sentences.texts[row] for row in rows)
    return [without(text.splitlines(), kept_apart) for text in archived()[:count]]


def archived() -> list[str]:
    """Return the 2,000 longer reviews as they are."""
    path = locate(FILES[REVIEWS])
    try:
        with tarfile.open(path, "r:gz") as packed:
            members = sorted(
                (m for m in packed if m.name.endswith(".txt")), key=lambda m: m.name
            )
            files = [packed.extractfile(member) for member in members]
            return [file.read().decode("utf-8") for file in files if file is not None]
    except (tarfile.TarError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from None


def runs(texts: Iterable[str]) -> dict[int, set[tuple[str, ...]]]:
    """Return what tells texts apart, by length: every eight words in a row, and shorter texts whole.

    >>> runs(["A bad film!", "Bad."])
    {3: {('a', 'bad', 'film')}}
    """
    found: dict[int, set[tuple[str, ...]]] = {}
    for text in texts:
        words = spelt(text)
        length = min(len(words), RUN)
        if length >= SHORTEST:
            pieces = {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}
            found.setdefault(length, set()).update(pieces)
    return found


def without(lines: Sequence[str], shared: dict[int, set[tuple[str, ...]]]) -> list[str]:
    """Return the lines that hold no part of a run; a run may begin on one line and end on the next.

    >>> without(["I saw it: a bad", "film.", "No more."], runs(["A bad film!"]))
    ['No more.']
    """
    places = [(word, i) for i, line in enumerate(lines) for word in spelt(line)]
    words = tuple(word for word, _ in places)
    taken = {
        line
        for length, pieces in shared.items()
        for i in range(len(words) - length + 1)
        if words[i : i + length] in pieces
        for _, line in places[i : i + length]
    }
    return [line.strip() for i, line in enumerate(lines) if i not in taken and line.strip()]


def spelt(text: str) -> list[str]:
    """The words alone, in small letters."""
    return re.findall(r"\w+", text.lower())
