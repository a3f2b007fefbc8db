"""Free Spoken Digit Dataset: six people say each digit fifty times, at 8,000 samples a second (Jackson et al., CC BY-SA 4.0).

The split is that of the source: of every person and digit, the recordings 0 to 4 are the test; 5 to 9 are ours for
validation. GitHub packs its archives anew from time to time, so what is verified are the recordings themselves.
"""

import hashlib
import io
import tarfile
import wave
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from .errors import DataError
from .fetch import VARIABLE, RemoteFile, _in_words, _pooch, cache_folder, own_path

RATE = 8_000
COUNT = 3_000
CONTENT = "dbd573d7cafe79c4b49f65718115e1304e24e067fa39eff18a660dc6cb9c360f"
ADDRESS = "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/26eb9aaf76e81b692f806f9140c2d2777410d7a1.tar.gz"
NAME = "free-spoken-digit-dataset-recordings.tar.gz"
FILES = {"recordings": RemoteFile("fsdd", NAME, 0, CONTENT, (ADDRESS,))}


@dataclass(frozen=True)
class Recordings:
    """Sounds, and who says which digit for the how manieth time.

    Shape:
        waves are N arrays (samples,) of float32 from -1 to 1; digits, speakers (places in `names`) and takes (N,) of int64.
    """

    waves: tuple[np.ndarray, ...]
    digits: np.ndarray
    speakers: np.ndarray
    takes: np.ndarray
    names: tuple[str, ...]


def load() -> Recordings:
    """Return the 3,000 recordings, in the order of their names.

    Raises:
        DataError: if the archive is not on this machine and cannot be fetched, or does not hold what was published.
    """
    files = read(archive())
    parts = [PurePosixPath(name).stem.split("_") for name in files]
    names = tuple(sorted({speaker for _, speaker, _ in parts}))
    return Recordings(
        tuple(samples(content, name) for name, content in files.items()),
        np.array([int(digit) for digit, _, _ in parts]),
        np.array([names.index(speaker) for _, speaker, _ in parts]),
        np.array([int(take) for _, _, take in parts]),
        names,
    )


def archive() -> Path:
    """Return the path of the archive, fetching it if there is none."""
    own = own_path(FILES["recordings"])
    if own is not None and own.exists():
        return own
    cached = cache_folder() / "fsdd" / NAME
    if not cached.exists():
        try:
            _pooch().retrieve(ADDRESS, None, cached.name, cached.parent)
        except OSError as error:
            raise DataError(
                f"cannot fetch the recordings of fsdd:\n  {ADDRESS}: {_in_words(error)}\nNothing was kept. Without a "
                f"connection, put the archive at <folder>/fsdd/{NAME} and set {VARIABLE}=<folder>"
            ) from None
    return cached


def read(path: Path, expected: str = CONTENT) -> dict[str, bytes]:
    """Return the verified files of an archive by name, sorted.

    Raises:
        DataError: if it cannot be read, or holds other recordings than were published.
    """
    found = {}
    try:
        with tarfile.open(path, "r:gz") as packed:
            for member in packed:
                place = PurePosixPath(member.name)
                if place.suffix == ".wav" and place.parent.name == "recordings":
                    content = packed.extractfile(member)
                    assert content is not None
                    found[place.name] = content.read()
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise DataError(
            f"{path} is cut off or damaged: {error}. Replace or delete it"
        ) from None
    found = dict(sorted(found.items()))
    if digest(found) != expected:
        raise DataError(
            f"{path} holds {len(found):,} recordings, but not the {COUNT:,} that were published. Replace or delete it"
        )
    return found


def digest(files: dict[str, bytes]) -> str:
    """The sha256 of all names and contents.

    >>> digest({"a.wav": b"x"}) == digest({"b.wav": b"x"})
    False
    """
    whole = hashlib.sha256()
    for name, content in files.items():
        whole.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def samples(content: bytes, name: str) -> np.ndarray:
    """Return the samples of a WAV file.

    Raises:
        DataError: if it is not one voice of 16 bits at 8,000 samples a second.
    """
    try:
        with wave.open(io.BytesIO(content)) as sound:
            form = sound.getnchannels(), sound.getsampwidth(), sound.getframerate()
            raw = sound.readframes(sound.getnframes())
    except (wave.Error, EOFError) as error:
        raise DataError(f"{name} is no WAV file: {error}") from None
    if form != (1, 2, RATE):
        raise DataError(
            f"{name} has {form[0]} channels of {8 * form[1]} bits at {form[2]:,} samples a second; "
            f"expected 1 of 16 bits at {RATE:,}"
        )
    return np.frombuffer(raw, "<i2").astype(np.float32) / 32_768
