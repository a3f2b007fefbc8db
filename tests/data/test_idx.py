"""The idx format: read right, and refused in words when it is not right."""

import gzip
import hashlib
import struct

import numpy as np
import pytest

from book_code.data import DataError, idx
from book_code.data.fetch import RemoteFile
from book_code.data.mnist import load_idx


def encode(array: np.ndarray) -> bytes:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def test_decode_undoes_encode():
    array = np.random.default_rng(0).integers(0, 256, size=(3, 4, 5)).astype(np.uint8)
    assert np.array_equal(idx.decode(encode(array), "images"), array)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "labels is not an idx file of bytes: it begins with"),
        (b"<html>not found</html>", "begins with 3c 68 74 6d"),
        (b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0", "begins with 00 00 0d 01"),
        (b"\0\0\x08\x03\0\0\0\x01", "not an idx file"),
        (encode(np.arange(5))[:-2], r"promises \(5,\), that is 5 bytes, and holds 3"),
        (encode(np.arange(5)) + b"\0", "holds 6"),
    ],
)
def test_what_is_not_idx_is_refused(raw, message):
    with pytest.raises(DataError, match=message):
        idx.decode(raw, "labels")


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[:-9], lambda raw: b"no gzip", lambda raw: b""]
)
def test_what_is_not_gzip_is_refused(tmp_path, damage):
    path = tmp_path / "labels.gz"
    path.write_bytes(damage(gzip.compress(encode(np.arange(200)))))
    with pytest.raises(DataError, match=r"labels\.gz"):
        idx.read(path, 1)


def test_the_number_of_axes_is_checked(tmp_path):
    path = tmp_path / "labels.gz"
    path.write_bytes(gzip.compress(encode(np.zeros((2, 2)))))
    with pytest.raises(DataError, match=r"should have 1 axes; it has 2: \(2, 2\)"):
        idx.read(path, 1)


class Published:
    """Four small files as MNIST's, in a folder that BOOK_CODE_DATA names."""

    def __init__(self, folder):
        self.folder = folder / "tiny"
        self.folder.mkdir()
        self.files: dict[str, RemoteFile] = {}
        rng = np.random.default_rng(0)
        for part, count in {"train": 60, "t10k": 20}.items():
            self.write(f"{part}-images-idx3-ubyte.gz", rng.integers(0, 256, (count, 28, 28)))
            self.write(f"{part}-labels-idx1-ubyte.gz", np.arange(count) % 4)

    def write(self, name, array):
        raw = gzip.compress(encode(array))
        (self.folder / name).write_bytes(raw)
        digest = hashlib.sha256(raw).hexdigest()
        self.files[name] = RemoteFile("tiny", name, len(raw), digest, ())

    def load(self):
        return load_idx("tiny", self.files, classes=tuple("0123"), licence="", validation=8)


@pytest.fixture
def published(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOK_CODE_DATA", str(tmp_path))
    return Published(tmp_path)


def test_four_files_make_a_data_set(published):
    dataset = published.load()
    assert [len(s) for s in (dataset.train, dataset.validation, dataset.test)] == [52, 8, 20]
    assert dataset.train.x.shape == (52, 1, 28, 28)
    assert dataset.train.x.dtype == np.float32
    assert dataset.train.y.dtype == np.int64
    assert dataset.train.x.max() == 1
    assert np.bincount(dataset.validation.y).tolist() == [2, 2, 2, 2]
    assert dataset.test.y.tolist() == (np.arange(20) % 4).tolist()  # order and all: untouched


def test_images_and_labels_must_be_as_many(published):
    published.write("t10k-labels-idx1-ubyte.gz", np.arange(19) % 4)
    with pytest.raises(DataError, match=r"holds 20 images and .* 19 labels"):
        published.load()


def test_labels_must_be_classes(published):
    published.write("t10k-labels-idx1-ubyte.gz", np.arange(20) % 5)
    with pytest.raises(DataError, match="holds the label 4; there are 4 classes"):
        published.load()
