"""What ships with the package, and how a split is made."""

import hashlib

import numpy as np
import pytest

from book_code import data
from book_code.data import Dataset, Split, digits, hold_out, iris
from book_code.data.dataset import VALIDATION_SEED

SIZES = {"iris": (90, 30, 30), "digits": (1197, 300, 300)}


@pytest.fixture(scope="module", params=SIZES)
def dataset(request) -> Dataset:
    return data.load(request.param)


def test_shapes_and_types(dataset):
    for split, size in zip(parts(dataset), SIZES[dataset.name], strict=True):
        assert len(split) == len(split.x) == len(split.y) == size
        assert split.x.dtype == np.float32
        assert split.y.dtype == np.int64
        assert np.isfinite(split.x).all()


def test_every_class_has_its_proportion_everywhere(dataset):
    total = sum(len(split) for split in parts(dataset))
    whole = np.concatenate([split.y for split in parts(dataset)])
    for split in parts(dataset):
        for label in range(len(dataset.classes)):
            expected = (whole == label).sum() * len(split) / total
            assert abs((split.y == label).sum() - expected) <= 1.5


def test_splits_share_no_row_and_lose_none():
    rows = Split(np.arange(1000, dtype=np.float32)[:, None], np.arange(1000) % 7)
    rest, held = hold_out(rows, 210)
    both = np.concatenate([rest.x, held.x]).ravel()
    assert sorted(both.tolist()) == list(range(1000))
    assert len(held) == 210


def test_the_split_is_the_same_for_ever(dataset):
    digest = hashlib.sha256(dataset.validation.y.astype("<i8").tobytes()).hexdigest()[:16]
    assert digest == {"iris": "ca7eaa11b24553ba", "digits": "a2394bc953c378db"}[dataset.name]
    assert VALIDATION_SEED == 2024


def test_digits_are_pictures():
    dataset = data.load("digits")
    assert dataset.train.x.shape == (1197, 1, 8, 8)
    assert dataset.train.x.min() == 0
    assert dataset.train.x.max() == 1
    assert set(np.unique(dataset.train.x * 16)) <= set(range(17))


def test_iris_is_the_corrected_one():
    dataset = data.load("iris")
    rows = np.concatenate([split.x for split in parts(dataset)])
    assert len(rows) == 150
    for corrected in ([4.9, 3.1, 1.5, 0.2], [4.9, 3.6, 1.4, 0.1]):  # rows 35 and 38
        assert (rows == np.float32(corrected)).all(axis=1).sum() == 1
    assert dataset.classes == ("setosa", "versicolor", "virginica")
    assert len(iris.FEATURES) == dataset.train.x.shape[1]


def test_the_shipped_files_are_the_published_ones():
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (iris.FILE, digits.FILE)
    }
    assert found == {
        "iris.csv": "f9e3809b56cc0f2f2f69554b7a0ea04e94d0e2c21343c86593eaf5581551dab6",
        "digits.csv.gz": "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22",
    }
    licence = (iris.FILE.parent / "LICENSE.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in licence
    assert "BSD 3-Clause" in licence


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("mnits", "mnist"), ("fashion_mnist", "fashion-mnist"), ("Iris", "iris")],
)
def test_an_unknown_name_gets_the_nearest(wrong, near):
    with pytest.raises(ValueError, match=f"did you mean '{near}'"):
        data.load(wrong)


def test_a_name_like_no_other_gets_the_list():
    with pytest.raises(
        ValueError, match=r"unknown data set 'zzz'\. Known: iris, digits, mnist"
    ):
        data.load("zzz")


def test_a_split_wants_one_label_an_input():
    with pytest.raises(ValueError, match="3 inputs and 2 labels"):
        Split(np.zeros((3, 2)), np.zeros(2))


@pytest.mark.parametrize("count", [0, 10, 11])
def test_hold_out_wants_something_on_both_sides(count):
    with pytest.raises(ValueError, match=f"cannot hold {count} of 10"):
        hold_out(Split(np.zeros((10, 1)), np.zeros(10)), count)


def parts(dataset: Dataset) -> tuple[Split, Split, Split]:
    return dataset.train, dataset.validation, dataset.test
