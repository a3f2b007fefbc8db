"""CIFAR-10: the pictures themselves, from the archive and from the copy, and what is refused."""

import dataclasses
import hashlib
import io
import tarfile

import numpy as np
import pytest

from book_code.data import DataError, cifar10, fetch

pytestmark = pytest.mark.native


@pytest.fixture(scope="module")
def test_split():
    return cifar10.read(cifar10.TEST)


def test_the_test_split_is_the_published_one(test_split):
    assert test_split.x.shape == (10_000, 3, 32, 32)
    assert test_split.x.dtype == np.uint8
    assert np.bincount(test_split.y).tolist() == [1_000] * 10
    assert [cifar10.CLASSES[label] for label in test_split.y[:5]] == [
        "cat", "ship", "ship", "airplane", "frog",
    ]  # fmt: skip
    sky = test_split.x[test_split.y == 0, :, 0].mean(axis=(0, 2))  # the top rows of airplanes
    assert sky[2] > sky[0] + 5, "blue comes last"


def test_the_training_batches_and_their_known_statistics():
    train = cifar10.read()
    assert train.x.shape == (50_000, 3, 32, 32)
    assert np.bincount(train.y).tolist() == [5_000] * 10
    assert train.from_jpeg in (0, 155)
    counts = np.zeros((3, 256))
    for part in np.split(train.x, 10):
        counts += [np.bincount(part[:, c].ravel(), minlength=256) for c in range(3)]
    shares, values = counts / counts.sum(axis=1, keepdims=True), np.arange(256) / 255
    means = shares @ values
    assert means == pytest.approx([0.4914, 0.4822, 0.4465], abs=5e-5)
    spreads = np.sqrt(shares @ values**2 - means**2)
    assert spreads == pytest.approx([0.2470, 0.2435, 0.2616], abs=5e-5)
    one = cifar10.read(cifar10.TRAIN[1:2])
    assert np.array_equal(one.x, train.x[10_000:20_000])
    assert np.array_equal(one.y, train.y[10_000:20_000])


def test_the_three_splits(monkeypatch):
    """Of one batch in place of five, to spare memory."""
    monkeypatch.setattr(cifar10, "TRAIN", cifar10.TRAIN[:1])
    data = cifar10.load()
    assert [len(part) for part in (data.train, data.validation, data.test)] == [
        5_000, 5_000, 10_000,
    ]  # fmt: skip
    assert data.train.x.dtype == np.float32
    assert (data.train.x.min(), data.train.x.max()) == (0, 1)
    assert len(data.classes) == 10


def archive(folder, batches):
    """An archive of the official form with a few pictures, and its description."""
    path = folder / "cifar10" / cifar10.NAME
    path.parent.mkdir()
    with tarfile.open(path, "w:gz") as packed:
        for batch, raw in batches.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{batch}.bin")
            member.size = len(raw)
            packed.addfile(member, io.BytesIO(raw))
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return dataclasses.replace(cifar10.FILES[cifar10.NAME], size=len(content), sha256=digest)


def test_the_archive_comes_before_the_copy(tmp_path, monkeypatch, test_split):
    """The same pictures packed as the official archive are read the same, and count as published."""
    table = np.c_[test_split.y.astype(np.uint8), test_split.x.reshape(10_000, -1)][:300]
    batches = {"test_batch": table.tobytes(), "data_batch_1": table[::-1].tobytes()}
    monkeypatch.setitem(cifar10.FILES, cifar10.NAME, archive(tmp_path, batches))
    monkeypatch.setenv("BOOK_CODE_DATA", str(tmp_path))
    found = cifar10.read(cifar10.TEST)
    assert np.array_equal(found.x, test_split.x[:300])
    assert np.array_equal(found.y, test_split.y[:300])
    assert found.from_jpeg == 0
    both = cifar10.read(("test_batch", "data_batch_1"))  # in the order asked for
    assert np.array_equal(both.y, np.r_[found.y, found.y[::-1]])
    with pytest.raises(DataError, match=r"holds no data_batch_2, data_batch_3"):
        cifar10.read(cifar10.TRAIN[:3])


def test_a_damaged_copy_is_refused_and_left(tmp_path, monkeypatch):
    (tmp_path / "cifar10").mkdir()
    path = tmp_path / "cifar10" / "test_batch.bin.xz"
    path.write_bytes(bytes(20_431_020))
    monkeypatch.setenv("BOOK_CODE_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"is damaged: its sha256 is .* It was left as it is"):
        cifar10.read(cifar10.TEST)
    assert path.exists()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (bytes(3_072), "a holds 3,072 bytes, which are no whole pictures"),
        (b"", "a holds 0 bytes"),
        (bytes([10]) + bytes(3_072), "a has a label 10; they go from 0 to 9"),
    ],
)
def test_bytes_that_are_no_pictures(raw, words):
    with pytest.raises(DataError, match=words):
        cifar10.decode(raw, "a")


def test_the_copy_has_every_batch():
    assert set(cifar10.COPY) == {*cifar10.TRAIN, *cifar10.TEST}
    assert sum(changed for _, _, changed in cifar10.COPY.values()) == 189
    assert all(len(sha256) == 64 for _, sha256, _ in cifar10.COPY.values())
    assert fetch.own_path(cifar10._copy("test_batch")).name == "test_batch.bin.xz"
