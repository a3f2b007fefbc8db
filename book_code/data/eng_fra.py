"""English sentences and what they are in French: 167,130 pairs of the Tatoeba project, made by volunteers.

The file is the export of 2019-04-07 by manythings.org/anki as *Dive into Deep Learning* hands it out; manythings.org
itself always has the newest, which is another file. Licence: CC BY 2.0 FR; attribution: tatoeba.org and
www.manythings.org/anki.

The source has no split. Many sentences have several translations, in both directions, so that pairs drawn at random would be
known to a model from training. Ours is by groups: pairs that share a sentence of either language, capitals and punctuation
aside, are in one group, and a group is in one split: about 85, 5 and 10 per cent of the pairs.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from .errors import DataError
from .fetch import locate
from .mnist import remote_files

MIRRORS = ("http://d2l-data.s3-accelerate.amazonaws.com/",)
NAME = "fra-eng.zip"
MEMBER = "fra-eng/fra.txt"
FILES = remote_files(
    "eng-fra",
    MIRRORS,
    {NAME: (3_420_152, "fa96382b2c8b609e1662654c1e6e6baeb8d30b3bf63dfb4a5a261cc36347df13")},
)
VALIDATION, TEST = 5, 10  # per cent of the groups
ENGLISH = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+|[^\w\s]")
FRENCH = re.compile(r"[^\W\d_]+'?|\d+|[^\w\s]")
INVISIBLE = re.compile("[\u200b\u00ad]")  # a blank of no width, and where a word may be broken
NO_WORD = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Pairs:
    """Sentences in small letters, their words and signs apart by one blank; those of a place belong together.

    >>> len(Pairs(("go .",), ("va !",)))
    1
    """

    english: tuple[str, ...]
    french: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.english)


@dataclass(frozen=True)
class Corpus:
    """The pairs in three splits, in the order of the file: short sentences first."""

    train: Pairs
    validation: Pairs
    test: Pairs


def load() -> Corpus:
    """Return the pairs, without those that differ from another in capitals and spaces only.

    Raises:
        DataError: if the file is not on this machine and cannot be fetched, or is not what was published.
    """
    pairs = list(dict.fromkeys(parse(content())))
    parts: list[list[tuple[str, str]]] = [[], [], []]
    for pair, part in zip(pairs, split(pairs), strict=True):
        parts[part].append(pair)
    return Corpus(*(Pairs(*zip(*part, strict=True)) for part in parts))


def content() -> str:
    """Return the text of the file in the archive."""
    with zipfile.ZipFile(locate(FILES[NAME])) as archive:
        try:
            return archive.read(MEMBER).decode("utf-8")
        except KeyError:
            raise DataError(f"{NAME} holds no {MEMBER}") from None


def parse(text: str) -> list[tuple[str, str]]:
    """Return the pairs of a file with a pair a line, a tab between them.

    >>> parse("Run!\\tCours\\u202f!")
    [('run !', 'cours !')]

    Raises:
        DataError: if a line is no pair.
    """
    pairs = []
    for number, line in enumerate(same_signs(text).strip("\n").split("\n"), start=1):
        parts = line.split("\t")
        if len(parts) != 2:
            raise DataError(
                f"{MEMBER}, line {number}: {line!r:.60} is not two sentences with a tab between"
            )
        pairs.append((english(parts[0]), french(parts[1])))
    return pairs


def english(sentence: str) -> str:
    """Return an English sentence in the form of the pairs: "don't" is a word.

    >>> english("Don't you know?")
    "don't you know ?"
    """
    return " ".join(ENGLISH.findall(same_signs(sentence)))


def french(sentence: str) -> str:
    """Return a French sentence in the form of the pairs: "l'" is a word.

    >>> french("J’ai vu l'arbre\\u202f!")
    "j' ai vu l' arbre !"
    """
    return " ".join(FRENCH.findall(same_signs(sentence)))


def same_signs(text: str) -> str:
    """Return a text in small letters, each written in one way: é is one sign, and ' the apostrophe."""
    text = unicodedata.normalize("NFC", text).lower()
    return INVISIBLE.sub("", text).replace("\u2019", "'").replace("\u2018", "'")


def split(pairs: Sequence[tuple[str, str]]) -> list[int]:
    """Return the split of each pair: 0 for training, 1 for validation, 2 for the test.

    The English sentence of a group that comes first in the alphabet decides by its checksum, not chance, so that
    the split is the same everywhere.

    >>> len(set(split([("go .", "va !"), ("go !", "allez !"), ("leave !", "va !")])))
    1
    """
    ends = [(bare(a), (bare(b),)) for a, b in pairs]  # a tuple is French: never an English one
    group = groups(ends)
    name: dict[Hashable, str] = {}
    for (source, _), root in zip(ends, group, strict=True):
        name[root] = min(source, name.get(root, source))
    share = {root: zlib.crc32(text.encode()) % 100 for root, text in name.items()}
    return [(share[g] < VALIDATION + TEST) + (share[g] < TEST) for g in group]


def bare(sentence: str) -> str:
    """Return a sentence without its signs.

    >>> bare("run , tom !"), bare("?")
    ('run tom', '?')
    """
    return NO_WORD.sub(" ", sentence).strip() or sentence


def groups(pairs: Iterable[tuple[Hashable, Hashable]]) -> list[Hashable]:
    """Return for each pair the name of its group: pairs that share something, or are joined by others that do.

    >>> groups([(1, "a"), (2, "b"), (3, "a"), (3, "c")])
    ['c', 'b', 'c', 'c']
    """
    parent: dict[Hashable, Hashable] = {}

    def root(thing: Hashable) -> Hashable:
        while (above := parent.setdefault(thing, thing)) != thing:
            parent[thing] = parent[above]
            thing = above
        return thing

    pairs = list(pairs)
    for one, other in pairs:
        parent[root(one)] = root(other)
    return [root(one) for one, _ in pairs]
