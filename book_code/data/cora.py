"""Cora: 2,708 papers of seven fields and who cites whom (Sen et al. 2008), with the Planetoid split (Yang et al. 2016).

The published files are pickles of Python 2. They are read by an unpickler that lets arrays, sparse
matrices and lists in and nothing else, so no code that a file may name is run.
"""

import collections
import io
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import DataError
from .fetch import locate
from .mnist import remote_files

MIRRORS = (
    "https://raw.githubusercontent.com/kimiyoung/planetoid/af6abf468a772cc055bec88c52e4d6f51b7c37e3/data/",
)
FILES = remote_files(
    "cora",
    MIRRORS,
    {
        "ind.cora.allx": (
            257_305,
            "9419ba2f26f5c35243db64aba110e0f35a04851609e0dc5433450676ca6b8543",
        ),
        "ind.cora.ally": (
            47_959,
            "2b998f5cc7fedc86e7f97ca2498f47a1ffc1462c29e2d578b23bf3f62b6e7d71",
        ),
        "ind.cora.graph": (
            59_847,
            "58f13302f39dde8852dad6fe6d15b89b077b6d7f837626bce671ef80344b383d",
        ),
        "ind.cora.test.index": (
            5_000,
            "297ce89af2b51a6a194181c7dbe1796c6a1cf9cd9349a88383b1b1e227867875",
        ),
        "ind.cora.tx": (
            148_025,
            "b9afbaa4a400df991f6f02ef677e1e44da55ffc04801fd02f9e673987829226a",
        ),
        "ind.cora.ty": (
            28_135,
            "41f5ac76596a1699cc33f53084a2419e92961c42bb75f36fc38e616d348532ad",
        ),
    },
)
TRAIN, VALIDATION = 140, 500  # twenty papers of each field, and the next 500


@dataclass(frozen=True)
class Graph:
    """Nodes with features and labels, the edges between them, and which nodes are for what.

    Shape:
        x (N, C) of float32, y (N,) of int64, edges (2, E) of int64, every edge in both directions;
        train, validation and test hold the numbers of their nodes.
    """

    x: np.ndarray
    y: np.ndarray
    edges: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def load() -> Graph:
    """Return Cora: x tells which of 1,433 words a paper holds, edges that one of two papers cites the other.

    Raises:
        DataError: if the files are not on this machine and cannot be fetched.
    """
    x = np.concatenate([_dense(read("allx")), _dense(read("tx"))])
    y = np.concatenate([read("ally"), read("ty")]).argmax(axis=1).astype(np.int64)
    lines = locate(FILES["ind.cora.test.index"]).read_text(encoding="ascii").split()
    test = np.array(lines, dtype=np.int64)
    place = np.arange(len(x))
    place[test] = np.arange(len(x) - len(test), len(x))  # the test rows stand in another order
    pairs = {(i, j) for i, others in read("graph").items() for j in others if i != j}
    edges = np.array(sorted(pairs | {(j, i) for i, j in pairs}), dtype=np.int64).T
    train = np.arange(TRAIN)
    return Graph(
        x[place], y[place], edges, train, np.arange(TRAIN, TRAIN + VALIDATION), np.sort(test)
    )


def read(part: str) -> Any:
    """Return what one of the pickles holds."""
    return unpickle(locate(FILES[f"ind.cora.{part}"]).read_bytes(), f"ind.cora.{part}")


def unpickle(content: bytes, name: str) -> Any:
    """Return what a pickle of Python 2 holds, if that is arrays, sparse matrices, lists and numbers.

    Raises:
        DataError: if it names anything else, or is no pickle.
    """
    try:
        return _Unpickler(io.BytesIO(content), encoding="latin1").load()
    except (pickle.UnpicklingError, EOFError, ValueError, IndexError, KeyError) as error:
        raise DataError(f"{name} cannot be read: {error}") from None


class _Sparse:
    """The parts of a sparse matrix by rows: data, indices, indptr and _shape."""


def _dtype(name: str, *_: Any) -> np.dtype:
    return np.dtype(name, False, True)


class _Unpickler(pickle.Unpickler):
    ALLOWED: dict[tuple[str, str], Any] = {  # noqa: RUF012 (never changed)
        ("scipy.sparse.csr", "csr_matrix"): _Sparse,
        ("numpy.core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): _dtype,
        ("collections", "defaultdict"): collections.defaultdict,
        ("__builtin__", "list"): list,
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self.ALLOWED:
            return self.ALLOWED[module, name]
        raise pickle.UnpicklingError(
            f"it asks for {module}.{name}, which is no array and no list"
        )


def _dense(matrix: Any) -> np.ndarray:
    """The matrix with its zeros."""
    dense = np.zeros(matrix._shape, np.float32)
    rows = np.repeat(np.arange(len(dense)), np.diff(matrix.indptr))
    dense[rows, matrix.indices] = matrix.data
    return dense
