"""CIFAR-10: 60,000 colour pictures of 32 x 32 pixels in ten classes (Krizhevsky 2009, Learning multiple layers of features from tiny images).

The official split is 50,000 and 10,000, in batches of 10,000. The validation split is 5,000 of the 50,000, each class in
its proportion, by a fixed seed; the test split is untouched. What is fetched is the official archive of binary batches.

The folder that BOOK_CODE_DATA names may hold, in place of the archive, a copy of the same batches one by one that was
put together again from other sources: the same pictures in the same order, but 189 of them decoded from JPEG. It is
accepted by its own sha256, and `Pictures.from_jpeg` says how many of those came along, so that a result can tell.
"""

import lzma
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from .dataset import Dataset, Split, hold_out
from .errors import DataError
from .fetch import RemoteFile, locate, own_path

VALIDATION = 5_000
CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
TRAIN = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5")
TEST = ("test_batch",)
SHAPE = (3, 32, 32)  # red, green, blue
NAME = "cifar-10-binary.tar.gz"
FILES = {
    NAME: RemoteFile(
        "cifar10",
        NAME,
        170_052_171,
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        (f"https://www.cs.toronto.edu/~kriz/{NAME}",),
    )
}
COPY = {  # of the batches put together again: size, sha256, and how many pictures were decoded from JPEG
    "data_batch_1": (20_408_944, "8d413fb3d3437e8181c2aaf2d104288f50b6265a441a17b28618aacce574522d", 20),
    "data_batch_2": (20_459_276, "cad4b70f6be71612aa8875a64da1988533040aa0d13b7364e3139ff71cfc6efd", 19),
    "data_batch_3": (20_445_672, "baf664ab0dafcd29e9bc7f89fd0642e6879e07695f8a5262e310029c1ecb5313", 33),
    "data_batch_4": (20_427_560, "24ab435d20ecf223bd636fb9df1d456d6dd167e4ac594979bbeb2703a2e2f264", 41),
    "data_batch_5": (20_383_172, "308deae199c37c3facb9fd05feb8f0a492fbaea367a8b2055df87231da541012", 42),
    "test_batch": (20_431_020, "d92b945854d3b1ae568002ad84b799b5eca36550e4f4794c34d98cdcd3964e09", 34),
}  # fmt: skip


@dataclass(frozen=True)
class Pictures:
    """Pictures as bytes, in the published order, a quarter of the memory of numbers in [0, 1].

    Shape:
        x is (N, 3, 32, 32) of uint8, y is (N,) of int64; `from_jpeg` of them are not exactly as published.
    """

    x: np.ndarray
    y: np.ndarray
    from_jpeg: int


def load() -> Dataset:
    """Return CIFAR-10.

    Shape:
        x is (N, 3, 32, 32) of float32 in [0, 1], y is (N,) of int64; N is 45,000, 5,000 and 10,000.

    Raises:
        DataError: if the files are not on this machine and cannot be fetched.
    """
    parts = [
        Split(p.x.astype(np.float32) / np.float32(255), p.y) for p in (read(TRAIN), read(TEST))
    ]
    train, validation = hold_out(parts[0], VALIDATION)
    return Dataset(
        "cifar10", train, validation, parts[1], CLASSES, "none stated; cite Krizhevsky (2009)"
    )


def read(batches: Sequence[str] = TRAIN) -> Pictures:
    """Return the pictures of some batches: of `TRAIN`, of some of them, or of `TEST`.

    Raises:
        DataError: if the files are not on this machine and cannot be fetched, or are damaged.
    """
    copies = [_copy(batch) for batch in batches]
    if _wants_copy(copies):
        found = {b: _unpacked(copy) for b, copy in zip(batches, copies, strict=True)}
        from_jpeg = sum(COPY[batch][2] for batch in batches)
    else:
        wanted, from_jpeg = set(batches), 0
        found = {name: raw for name, raw in _members() if name in wanted}
        if set(found) != wanted:
            raise DataError(f"{NAME} holds no {', '.join(sorted(wanted - set(found)))}")
    pairs = [decode(found[batch], batch) for batch in batches]
    x, y = (np.concatenate(part) for part in zip(*pairs, strict=True))
    return Pictures(x, y, from_jpeg)


def decode(raw: bytes, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Turn the bytes of a batch into pictures and labels: for each a byte of label, then 3 x 32 x 32 bytes.

    >>> x, y = decode(bytes([7]) + bytes(3072), "one picture")
    >>> x.shape, y
    ((1, 3, 32, 32), array([7]))

    Raises:
        DataError: if the length is not that of whole pictures, or a label is none of the ten.
    """
    rows, rest = divmod(len(raw), 1 + 3072)
    if rest or not rows:
        raise DataError(f"{name} holds {len(raw):,} bytes, which are no whole pictures")
    table = np.frombuffer(raw, np.uint8).reshape(rows, 1 + 3072)
    y = table[:, 0].astype(np.int64)
    if y.max() >= len(CLASSES):
        raise DataError(f"{name} has a label {y.max()}; they go from 0 to 9")
    return table[:, 1:].reshape(rows, *SHAPE), y


def _copy(batch: str) -> RemoteFile:
    """One batch of the copy; it has no address, there is only the reader's own."""
    size, sha256, _ = COPY[batch]
    return RemoteFile("cifar10", f"{batch}.bin.xz", size, sha256, ())


def _wants_copy(copies: Sequence[RemoteFile]) -> bool:
    """Whether the reader's own folder has the copy, and not the archive."""
    archive = own_path(FILES[NAME])
    paths = [own_path(copy) for copy in copies]
    return (archive is None or not archive.exists()) and all(p and p.exists() for p in paths)


def _unpacked(copy: RemoteFile) -> bytes:
    return lzma.decompress(locate(copy).read_bytes())


def _members() -> Iterator[tuple[str, bytes]]:
    """The batches in the archive, by name."""
    path = locate(FILES[NAME])
    try:
        with tarfile.open(path, "r:gz") as packed:
            for member in packed:
                place = PurePosixPath(member.name)
                if place.suffix == ".bin":
                    content = packed.extractfile(member)
                    assert content is not None
                    yield place.stem, content.read()
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise DataError(f"{path} cannot be unpacked: {error}") from None
