"""The idx format of the MNIST files: a magic number, the sizes, then the bytes.

>>> decode(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]), "labels")
array([7, 8, 9], dtype=uint8)
"""

import gzip
import zlib
from pathlib import Path

import numpy as np

from .errors import DataError

UNSIGNED_BYTE = 8


def read(path: Path, ndim: int) -> np.ndarray:
    """Read a gzipped idx file of unsigned bytes with `ndim` axes."""
    try:
        raw = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} is not a whole gzip file ({error})") from error
    array = decode(raw, str(path))
    if array.ndim != ndim:
        raise DataError(f"{path} should have {ndim} axes; it has {array.ndim}: {array.shape}")
    return array


def decode(raw: bytes, name: str) -> np.ndarray:
    """Turn the bytes of an idx file into an array of uint8; `name` is used in errors.

    Raises:
        DataError: if the header is not one of an idx file of bytes, or the length is not what the
            header promises.
    """
    if len(raw) < 4 or raw[0] or raw[1] or raw[2] != UNSIGNED_BYTE or len(raw) < 4 + 4 * raw[3]:
        raise DataError(
            f"{name} is not an idx file of bytes: it begins with {raw[:4].hex(' ')}"
        )
    start = 4 + 4 * raw[3]
    shape = tuple(int.from_bytes(raw[i : i + 4], "big") for i in range(4, start, 4))
    promised = 1
    for size in shape:
        promised *= size
    if len(raw) - start != promised:
        raise DataError(
            f"{name} promises {shape}, that is {promised:,} bytes, and holds {len(raw) - start:,}"
        )
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)
