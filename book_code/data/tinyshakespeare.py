"""Tiny Shakespeare: 1,115,394 characters of Shakespeare's plays in one file (Karpathy 2015).

As everywhere, the first nine tenths are for training. What is left is the validation split that others report
on; there is no test split.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..names import unknown
from .fetch import locate
from .mnist import remote_files

MIRRORS = (
    "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/",
)
FILES = remote_files(
    "tinyshakespeare",
    MIRRORS,
    {
        "input.txt": (
            1_115_394,
            "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        )
    },
)


@dataclass(frozen=True)
class Text:
    """A text as numbers: a character is its place in `characters`.

    Shape:
        train and validation are (T,) of int64.

    >>> text = Text("abc", np.array([0, 2]), np.array([1]))
    >>> text.encode("cab").tolist(), text.decode([2, 0, 1])
    ([2, 0, 1], 'cab')
    """

    characters: str
    train: np.ndarray
    validation: np.ndarray

    def encode(self, text: str) -> np.ndarray:
        """Return the numbers of a text.

        Raises:
            ValueError: if a character does not occur in the data.
        """
        for character in text:
            if character not in self.characters:
                raise ValueError(unknown("character", character, list(self.characters)))
        return np.array([self.characters.index(character) for character in text], np.int64)

    def decode(self, tokens: Iterable[int]) -> str:
        """Return the text of some numbers."""
        return "".join(self.characters[token] for token in tokens)


def load() -> Text:
    """Return the text.

    Raises:
        DataError: if the file is not on this machine and cannot be fetched.
    """
    text = locate(FILES["input.txt"]).read_bytes().decode("ascii")
    characters = "".join(sorted(set(text)))
    table = np.zeros(128, np.int64)
    table[[ord(character) for character in characters]] = np.arange(len(characters))
    tokens = table[np.frombuffer(text.encode("ascii"), np.uint8)]
    start = int(0.9 * len(tokens))
    return Text(characters, tokens[:start], tokens[start:])
