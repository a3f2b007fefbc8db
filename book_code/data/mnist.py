"""MNIST: 70,000 handwritten digits of 28 x 28 pixels (LeCun, Cortes and Burges 1998).

The official split is 60,000 and 10,000. The validation split is 5,000 of the 60,000, each digit in
its proportion, by a fixed seed; the test split is untouched.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from . import idx
from .dataset import Dataset, Split, hold_out
from .errors import DataError
from .fetch import RemoteFile, locate

VALIDATION = 5_000
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)


def remote_files(
    dataset: str, mirrors: tuple[str, ...], table: Mapping[str, tuple[int, str]]
) -> dict[str, RemoteFile]:
    """Make the list of files of a data set from its table of (size, sha256)."""
    return {
        name: RemoteFile(
            dataset, name, size, sha256, tuple(mirror + name for mirror in mirrors)
        )
        for name, (size, sha256) in table.items()
    }


FILES = remote_files(
    "mnist",
    MIRRORS,
    {
        "train-images-idx3-ubyte.gz": (
            9_912_422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        "train-labels-idx1-ubyte.gz": (
            28_881,
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        ),
        "t10k-images-idx3-ubyte.gz": (
            1_648_877,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ),
        "t10k-labels-idx1-ubyte.gz": (
            4_542,
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ),
    },
)


def load() -> Dataset:
    """Return MNIST.

    Shape:
        x is (N, 1, 28, 28) of float32 in [0, 1], y is (N,) of int64; N is 55,000, 5,000 and 10,000.

    Raises:
        DataError: if the files are not on this machine and cannot be fetched.
    """
    return load_idx(
        "mnist",
        FILES,
        classes=tuple("0123456789"),
        licence="no explicit licence from the authors; commonly given as CC BY-SA 3.0",
    )


def load_idx(
    name: str,
    files: Mapping[str, RemoteFile],
    *,
    classes: tuple[str, ...],
    licence: str,
    validation: int = VALIDATION,
) -> Dataset:
    """Load a data set that is published as the four idx files of MNIST."""
    whole = _read_split(files, "train", len(classes))
    test = _read_split(files, "t10k", len(classes))
    train, held_out = hold_out(whole, validation)
    return Dataset(name, train, held_out, test, classes, licence)


def _read_split(files: Mapping[str, RemoteFile], part: str, classes: int) -> Split:
    images_path = locate(files[f"{part}-images-idx3-ubyte.gz"])
    labels_path = locate(files[f"{part}-labels-idx1-ubyte.gz"])
    images, labels = idx.read(images_path, 3), idx.read(labels_path, 1)
    _check(images, labels, classes, images_path, labels_path)
    x = images[:, None].astype(np.float32)  # (N, 1, 28, 28)
    x /= 255.0
    return Split(x, labels.astype(np.int64))


def _check(
    images: np.ndarray, labels: np.ndarray, classes: int, images_path: Path, labels_path: Path
) -> None:
    if len(images) != len(labels):
        raise DataError(
            f"{images_path} holds {len(images):,} images and {labels_path} {len(labels):,} labels"
        )
    if labels.size and labels.max() >= classes:
        raise DataError(
            f"{labels_path} holds the label {labels.max()}; there are {classes} classes"
        )
