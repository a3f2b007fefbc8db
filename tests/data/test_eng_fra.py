"""English-French pairs: what was published, in one form, and no sentence in two splits."""

import zipfile

import pytest

from book_code.data import DataError, eng_fra, fetch

pytestmark = pytest.mark.native
SPLITS = ("train", "validation", "test")


@pytest.fixture(scope="module")
def corpus():
    return eng_fra.load()


def test_all_pairs_are_there_once(corpus):
    pairs = [
        pair
        for name in SPLITS
        for pair in zip(
            getattr(corpus, name).english, getattr(corpus, name).french, strict=True
        )
    ]
    assert eng_fra.content().count("\n") == 167_130
    assert len(pairs) == len(set(pairs)) == 166_919
    assert set(pairs) == set(eng_fra.parse(eng_fra.content()))
    assert ("i'm home .", "je suis chez moi .") in pairs
    assert [round(len(getattr(corpus, name)) / len(pairs), 2) for name in SPLITS] == [
        0.85,
        0.05,
        0.1,
    ]


@pytest.mark.parametrize("language", ["english", "french"])
def test_no_sentence_is_in_two_splits(corpus, language):
    """Not even with other punctuation, and in neither language; with pairs drawn at random many are."""
    seen = [
        {eng_fra.bare(sentence) for sentence in getattr(getattr(corpus, name), language)}
        for name in SPLITS
    ]
    assert min(map(len, seen)) > 4_000
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]
    whole = [s for name in SPLITS for s in getattr(getattr(corpus, name), language)]
    every_tenth = {eng_fra.bare(sentence) for sentence in whole[::10]}
    others = {eng_fra.bare(s) for i, s in enumerate(whole) if i % 10}
    assert len(every_tenth & others) > 500


def test_sentences_are_in_one_form(corpus):
    for name in SPLITS:
        for sentence in getattr(corpus, name).english + getattr(corpus, name).french:
            assert sentence == " ".join(sentence.split()) != ""
            assert sentence == sentence.lower()
        assert all(eng_fra.english(s) == s for s in getattr(corpus, name).english)
        assert all(eng_fra.french(s) == s for s in getattr(corpus, name).french)


def test_a_chain_of_translations_is_one_group():
    pairs = [
        ("go", "va"),
        ("leave", "va"),
        ("leave !", "pars"),
        ("quit", "pars"),
        ("run", "cours"),
    ]
    parts = eng_fra.groups((a.strip(" !"), (b,)) for a, b in pairs)
    assert len(set(parts[:4])) == 1
    assert parts[4] != parts[0]
    assert len(set(eng_fra.split(pairs)[:4])) == 1


def test_a_word_of_both_languages_joins_nothing():
    assert len(set(eng_fra.groups([("a", ("table",)), ("table", ("b",))]))) == 2


@pytest.mark.parametrize("line", ["go .", "go .\tva !\tmore", ""])
def test_a_line_that_is_no_pair(line):
    with pytest.raises(DataError, match=r"fra.txt, line 2: .* is not two sentences with a tab"):
        eng_fra.parse(f"Hi.\tSalut !\n{line}\nRun!\tCours !")


def test_an_archive_without_the_sentences(tmp_path, monkeypatch):
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("fra-eng/other.txt", "Hi.\tSalut !")
    monkeypatch.setattr(eng_fra, "locate", lambda file: path)
    with pytest.raises(DataError, match=r"fra-eng.zip holds no fra-eng/fra.txt"):
        eng_fra.load()


def test_a_damaged_copy_is_refused_and_left(tmp_path, monkeypatch):
    (file,) = eng_fra.FILES.values()
    whole = fetch.locate(file).read_bytes()
    copy = tmp_path / file.dataset / file.name
    copy.parent.mkdir()
    copy.write_bytes(whole[:-1] + b"?")
    monkeypatch.setenv("BOOK_CODE_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"is damaged: its sha256 is .* It was left as it is"):
        eng_fra.load()
    assert copy.exists()
    assert file.addresses == tuple(mirror + file.name for mirror in eng_fra.MIRRORS)
