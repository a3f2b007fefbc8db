"""Graph, text, ratings, series and sounds: the published files as they are, and what is refused."""

import io
import os
import pickle
import tarfile
import wave

import numpy as np
import pytest

from book_code.data import DataError, cora, fetch, fsdd, timeseries, tinyshakespeare
from book_code.data import movielens_latest_small as movielens

pytestmark = pytest.mark.native


def test_cora_is_the_planetoid_split():
    graph = cora.load()
    assert graph.x.shape == (2_708, 1_433)
    assert set(np.unique(graph.x)) == {0, 1}
    assert np.bincount(graph.y).tolist() == [351, 217, 418, 818, 426, 298, 180]
    assert np.bincount(graph.y[graph.train]).tolist() == [20] * 7
    assert [len(part) for part in (graph.train, graph.validation, graph.test)] == [
        140,
        500,
        1_000,
    ]
    assert len(set(graph.train) | set(graph.validation) | set(graph.test)) == 1_640
    pairs = set(map(tuple, graph.edges.T.tolist()))
    assert len(pairs) == graph.edges.shape[1] == 2 * 5_278
    assert all((j, i) in pairs and i != j for i, j in pairs)


def test_neighbours_in_cora_are_of_one_field():
    """Features, labels and edges belong to the same nodes, those of the test split too."""
    graph = cora.load()
    source, target = graph.edges
    alike = graph.y[source] == graph.y[target]
    words = (graph.x[source] * graph.x[target]).sum(axis=1)
    strangers = (graph.x[source] * graph.x[np.roll(target, 5_000)]).sum(axis=1)
    tested = np.isin(source, graph.test)
    assert alike[tested].mean() > 0.75
    assert words[tested].mean() > 2 * strangers[tested].mean()


class Command:
    def __reduce__(self):
        return os.system, ("true",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pickle.dumps(Command()), "it asks for .*system, which is no array"),
        (pickle.dumps([1, 2])[:-3], "a.pickle cannot be read"),
        (b"", "a.pickle cannot be read: Ran out of input"),
    ],
)
def test_a_pickle_runs_nothing(content, words):
    with pytest.raises(DataError, match=words):
        cora.unpickle(content, "a.pickle")


def test_the_text_and_its_characters():
    text = tinyshakespeare.load()
    assert len(text.characters) == 65
    assert (len(text.train), len(text.validation)) == (1_003_854, 111_540)
    assert text.decode(text.train[:14]) == "First Citizen:"
    assert text.decode(text.validation[-8:]) == "waking.\n"
    assert np.array_equal(text.encode(text.decode(text.train[:500])), text.train[:500])
    with pytest.raises(ValueError, match="unknown character '€'"):
        text.encode("a €")


def test_ratings_are_split_by_time():
    data = movielens.load()
    assert len(data.values) == len(data.users) == len(data.items) == 100_836
    assert (len(np.unique(data.users)), len(data.titles)) == (610, 9_724)
    assert data.titles[0] == "Toy Story (1995)"
    assert data.values[0] == 4
    assert sorted(set(data.values.tolist())) == [0.5 * i for i in range(1, 11)]
    whole = np.concatenate([data.train, data.validation, data.test])
    assert np.array_equal(np.sort(whole), np.arange(100_836))
    for user in (0, 300, 609):
        earlier, between, later = (
            data.times[part][data.users[part] == user]
            for part in (data.train, data.validation, data.test)
        )
        assert earlier.max() <= between.min()
        assert between.max() <= later.min()
        assert len(later) == len(between) == np.ceil((data.users == user).sum() / 10)


def test_too_few_ratings_for_three_parts():
    with pytest.raises(ValueError, match="user 3 has 2 ratings, too few"):
        movielens.by_time(np.array([3, 3]), np.array([1, 2]))


def test_a_file_that_is_not_in_the_archive():
    with pytest.raises(DataError, match=r"ml-latest-small.zip holds no genome.csv"):
        movielens.table("genome.csv")


@pytest.mark.parametrize(
    ("name", "count", "first", "last"),
    [
        ("temperatures", 3_650, 20.7, 13.0),
        ("passengers", 144, 112, 432),
        ("sunspots", 2_820, 58.0, 33.4),
    ],
)
def test_the_series(name, count, first, last):
    series = timeseries.load(name)
    assert len(series.values) == len(series.dates) == count
    assert (series.values[0], series.values[-1]) == (first, last)
    assert 0 < series.train_end < series.validation_end < count
    assert series.season < series.validation_end


def test_an_unknown_series_gets_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'sunspots'"):
        timeseries.load("sunspot")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('"1949-02",many', r"a.csv, line 3: \['1949-02', 'many'\] is not a date and a number"),
        ('"1949-02"', "a.csv, line 3: .* is not a date and a number"),
        ('"February",3', "a.csv, line 3: .* is not a date and a number"),
        ('"1948-12",3', "a.csv, line 3: 1948-12 does not come after 1949-01-01"),
    ],
)
def test_a_line_that_is_no_value(line, words):
    with pytest.raises(DataError, match=words):
        timeseries.parse(f'"Month","Passengers"\n"1949-01",112\n{line}\n', "a.csv")


@pytest.fixture(scope="module")
def sounds():
    return fsdd.load()


def test_every_digit_is_said_fifty_times_by_everybody(sounds):
    assert len(sounds.waves) == fsdd.COUNT
    assert len(sounds.names) == 6
    triples = set(
        zip(
            sounds.digits.tolist(), sounds.speakers.tolist(), sounds.takes.tolist(), strict=True
        )
    )
    assert triples == {(d, s, t) for d in range(10) for s in range(6) for t in range(50)}
    seconds = sum(map(len, sounds.waves)) / fsdd.RATE
    assert seconds == pytest.approx(1_312, abs=1)
    assert all(wave.dtype == np.float32 and np.abs(wave).max() <= 1 for wave in sounds.waves)


def test_recordings_packed_otherwise_are_the_same_recordings(tmp_path):
    """As GitHub may pack them tomorrow: another folder, another order. One recording less is refused."""
    files = fsdd.read(fsdd.archive())
    names = sorted(files, reverse=True)
    packed(tmp_path / "whole.tar.gz", {name: files[name] for name in names})
    assert fsdd.read(tmp_path / "whole.tar.gz") == files
    packed(tmp_path / "less.tar.gz", {name: files[name] for name in names[1:]})
    with pytest.raises(DataError, match="holds 2,999 recordings, but not the 3,000"):
        fsdd.read(tmp_path / "less.tar.gz")
    swapped = files | {names[0]: files[names[1]]}
    packed(tmp_path / "swapped.tar.gz", swapped)
    with pytest.raises(DataError, match="holds 3,000 recordings, but not the 3,000"):
        fsdd.read(tmp_path / "swapped.tar.gz")


def packed(path, files):
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"fsdd-1/recordings/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("cut", [0, 100, 5_000_000])
def test_an_archive_that_is_cut_off(tmp_path, monkeypatch, cut):
    whole = fsdd.archive().read_bytes()
    monkeypatch.setenv("BOOK_CODE_DATA", str(tmp_path))
    (tmp_path / "fsdd").mkdir()
    (tmp_path / "fsdd" / fsdd.NAME).write_bytes(whole[:cut])
    with pytest.raises(DataError, match="is cut off or damaged"):
        fsdd.load()


def sound(channels=1, width=2, rate=8_000):
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(bytes(channels * width * 10))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not a sound", "a.wav is no WAV file"),
        (sound(channels=2), "a.wav has 2 channels of 16 bits at 8,000"),
        (sound(width=1), "a.wav has 1 channels of 8 bits"),
        (sound(rate=16_000), "at 16,000 samples a second; expected 1 of 16 bits at 8,000"),
    ],
)
def test_a_sound_in_another_form(content, words):
    with pytest.raises(DataError, match=words):
        fsdd.samples(content, "a.wav")
    assert len(fsdd.samples(sound(), "b.wav")) == 10


@pytest.mark.parametrize(
    ("module", "load"),
    [
        (cora, cora.load),
        (tinyshakespeare, tinyshakespeare.load),
        (movielens, movielens.load),
        (timeseries, lambda: timeseries.load("passengers")),
    ],
)
def test_a_damaged_copy_is_refused_and_left(tmp_path, monkeypatch, module, load):
    first = next(iter(module.FILES.values()))
    paths = [fetch.locate(file) for file in module.FILES.values()]
    folder = tmp_path / first.dataset
    folder.mkdir()
    for path in paths:
        (folder / path.name).write_bytes(path.read_bytes()[:-1] + b"?")
    monkeypatch.setenv("BOOK_CODE_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"is damaged: its sha256 is .* It was left as it is"):
        load()
    assert (folder / paths[0].name).exists()


@pytest.mark.parametrize("module", [cora, tinyshakespeare, movielens, timeseries])
def test_the_lists_of_files_are_whole(module):
    for name, file in module.FILES.items():
        assert file.name == name
        assert len(file.sha256) == 64
        assert file.addresses == tuple(mirror + name for mirror in module.MIRRORS)
