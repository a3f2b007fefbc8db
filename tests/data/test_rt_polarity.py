"""Sentences about films and longer reviews: the published files as they are, and nothing held out is read in training."""

import io
import tarfile

import numpy as np
import pytest

from book_code.data import DataError, fetch, rt_polarity

pytestmark = pytest.mark.native


@pytest.fixture(scope="module")
def sentences():
    return rt_polarity.load()


@pytest.fixture(scope="module")
def reviews(sentences):
    return rt_polarity.reviews(sentences)


def test_the_sentences_and_their_labels(sentences):
    assert len(sentences.texts) == len(sentences.y) == 10_662
    assert np.bincount(sentences.y).tolist() == [5_331, 5_331]
    assert sentences.texts[0] == "simplistic , silly and tedious ."
    assert sentences.texts[5_331].startswith(
        "the rock is destined to be the 21st century's new"
    )
    assert (sentences.y[0], sentences.y[5_331]) == (0, 1)
    assert all(sentences.texts)


def test_the_split_is_balanced_and_no_sentence_is_in_two_parts(sentences):
    parts = [sentences.train, sentences.validation, sentences.test]
    assert [len(part) for part in parts] == [8_530, 1_066, 1_066]
    assert sorted(np.concatenate(parts).tolist()) == list(range(10_662))
    assert all(sentences.y[part].mean() == 0.5 for part in parts)
    spelt = [{tuple(rt_polarity.spelt(sentences.texts[row])) for row in part} for part in parts]
    assert not spelt[0] & spelt[1]
    assert not spelt[0] & spelt[2]
    assert not spelt[1] & spelt[2]


def test_no_sentence_held_out_is_in_the_reviews(sentences, reviews):
    """Looked for as strings, not as the loader does it; in the reviews as published some are found."""
    rows = np.concatenate([sentences.validation, sentences.test])
    wanted = [rt_polarity.spelt(sentences.texts[row]) for row in rows]
    wanted = [f" {' '.join(words)} " for words in wanted if len(words) >= 3]

    def found(texts):
        whole = "|".join(f" {' '.join(rt_polarity.spelt(text))} " for text in texts)
        return [words for words in wanted if words in whole]

    assert found(rt_polarity.archived()[-300:])
    assert found("\n".join(lines) for lines in reviews[-300:]) == []


def test_little_else_is_left_out_of_the_reviews(reviews):
    lines = [
        line for text in rt_polarity.archived() for line in text.splitlines() if line.strip()
    ]
    assert len(reviews) == 2_000
    kept = sum(map(len, reviews))
    assert 0.998 * len(lines) < kept < len(lines)
    assert reviews[0][0].startswith("plot : two teen couples go to a church party")


def test_reviews_in_order_and_as_many_as_asked(sentences, reviews):
    assert rt_polarity.reviews(sentences, 3) == reviews[:3]


@pytest.mark.parametrize("name", list(rt_polarity.FILES))
def test_a_damaged_copy_is_refused(tmp_path, monkeypatch, name):
    folder = tmp_path / "sentiment"
    folder.mkdir()
    for file in rt_polarity.FILES.values():
        content = fetch.locate(file).read_bytes()
        (folder / file.name).write_bytes(content[:-1] + b"?" if file.name == name else content)
    monkeypatch.setenv("BOOK_CODE_DATA", str(tmp_path))
    read = rt_polarity.archived if name == rt_polarity.REVIEWS else rt_polarity.load
    with pytest.raises(DataError, match=rf"{name}.* is damaged: its sha256 is"):
        read()


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00cut"])
def test_an_archive_that_cannot_be_read(tmp_path, monkeypatch, content):
    path = tmp_path / "reviews.tar.gz"
    path.write_bytes(content)
    monkeypatch.setattr(rt_polarity, "locate", lambda file: path)
    with pytest.raises(DataError, match=r"reviews.tar.gz cannot be read"):
        rt_polarity.archived()


def test_a_review_that_is_no_text(tmp_path, monkeypatch):
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as packed:
        member = tarfile.TarInfo("a.txt")
        member.size = 2
        packed.addfile(member, io.BytesIO(b"\xff\xfe"))
    monkeypatch.setattr(rt_polarity, "locate", lambda file: tmp_path / "a.tar.gz")
    with pytest.raises(DataError, match="'utf-8' codec can't decode"):
        rt_polarity.archived()


def test_the_list_of_files_is_whole():
    assert set(rt_polarity.FILES) == {"rt-polarity.neg", "rt-polarity.pos", rt_polarity.REVIEWS}
    for name, file in rt_polarity.FILES.items():
        assert file.name == name
        assert len(file.sha256) == 64
        assert file.addresses[0].endswith(f"/{name}")
