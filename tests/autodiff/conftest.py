"""The table of operations. Every test with an argument ``case`` runs once for each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from book_code.autodiff import functional as F
from book_code.autodiff import ops
from book_code.autodiff.functional import pad2d
from book_code.autodiff.windows import fold, unfold


class Case(NamedTuple):
    name: str
    f: Callable[..., Any]
    args: list[np.ndarray]


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed + sum(shape)).standard_normal(shape)


def positive(*shape: int) -> np.ndarray:
    return np.abs(normal(*shape)) + 0.5


def distinct(*shape: int) -> np.ndarray:
    """Numbers at least 0.3 apart and away from 0, in random order: no kink is near."""
    count = int(np.prod(shape))
    values = 0.3 * (np.arange(count) - count // 2) + 0.15
    return np.random.default_rng(count).permutation(values).reshape(shape)


INDEX = np.array([2, 0, 2], dtype=np.int64)
MASK = np.array([[True, False, True], [False, True, True]])
ROWS = np.array([0, 1, 1], dtype=np.int64)

CASES = [
    Case("add", lambda a, b: a + b, [normal(2, 3), normal(2, 3, seed=1)]),
    Case("add column", lambda a, b: a + b, [normal(4, 3), normal(4, 1)]),
    Case("add row to column", lambda a, b: a + b, [normal(1, 3), normal(4, 1)]),
    Case("add vector", lambda a, b: a + b, [normal(2, 4, 3), normal(3)]),
    Case("add number", lambda a: 2 + a + 1.5, [normal(3)]),
    Case("add itself", lambda a: a + a, [normal(3)]),
    Case("subtract", lambda a, b: a - b, [normal(2, 3), normal(1, 3)]),
    Case("subtract from number", lambda a: 2 - a - 1, [normal(1)]),
    Case("negate", lambda a: -a, [normal(2, 3)]),
    Case("multiply", lambda a, b: a * b, [normal(2, 3), normal(2, 1)]),
    Case("multiply by number", lambda a: 2 * a * 3, [normal(2, 3)]),
    Case("divide", lambda a, b: a / b, [normal(2, 3), positive(1, 3)]),
    Case("divide number", lambda a: 2 / a / 3, [positive(2, 3)]),
    Case("square", lambda a: a**2, [normal(2, 3)]),
    Case("cube", lambda a: a**3, [normal(2, 3)]),
    Case("power 0", lambda a: a**0, [normal(2, 3)]),
    Case("power 1", lambda a: a**1, [normal(2, 3)]),
    Case("power -1.5", lambda a: a**-1.5, [positive(2, 3)]),
    Case("power of tensors", lambda a, b: a**b, [positive(2, 3), normal(1, 3)]),
    Case("power of number", lambda a: 2.0**a, [normal(2, 3)]),
    Case("matmul", lambda a, b: a @ b, [normal(2, 3), normal(3, 4)]),
    Case("matmul of size 1", lambda a, b: a @ b, [normal(1, 1), normal(1, 4)]),
    Case("matmul batch", lambda a, b: a @ b, [normal(2, 5, 3), normal(2, 3, 4)]),
    Case("matmul broadcast", lambda a, b: a @ b, [normal(2, 1, 2, 3), normal(3, 3, 2)]),
    Case("matmul vectors", lambda a, b: a @ b, [normal(3), normal(3, seed=1)]),
    Case("matmul row", lambda a, b: a @ b, [normal(3), normal(2, 3, 4)]),
    Case("matmul column", lambda a, b: a @ b, [normal(2, 4, 3), normal(3)]),
    Case("exp", lambda a: a.exp(), [normal(2, 3)]),
    Case("log", lambda a: a.log(), [positive(2, 3)]),
    Case("tanh", lambda a: a.tanh(), [normal(2, 3)]),
    Case("sigmoid", lambda a: a.sigmoid(), [5 * normal(2, 3)]),
    Case("sqrt", lambda a: a.sqrt(), [positive(2, 3)]),
    Case("relu", lambda a: a.relu(), [distinct(2, 3)]),
    Case("abs", lambda a: a.abs(), [distinct(2, 3)]),
    Case("softplus", F.softplus, [3 * normal(2, 3)]),
    Case("softplus at 0", F.softplus, [np.zeros((1, 3))]),
    Case("leaky relu", lambda a: F.leaky_relu(a, 0.2), [distinct(2, 3)]),
    Case("where", lambda a, b: ops.where(MASK, a, b), [normal(2, 3), normal(1, 3)]),
    Case("sum", lambda a: a.sum(), [normal(2, 3)]),
    Case("sum axis", lambda a: a.sum(axis=1), [normal(2, 3, 4)]),
    Case("sum axes", lambda a: a.sum(axis=(0, -1), keepdims=True), [normal(2, 1, 4)]),
    Case("mean", lambda a: a.mean(), [normal(2, 3)]),
    Case("mean axis", lambda a: a.mean(axis=0, keepdims=True), [normal(2, 1)]),
    Case("variance", lambda a: a.var(axis=(0, 2)), [normal(2, 3, 4)]),
    Case("max", lambda a: a.max(), [distinct(2, 3)]),
    Case("max axis", lambda a: a.max(axis=1), [distinct(2, 3, 4)]),
    Case("max axes", lambda a: a.max(axis=(0, 2), keepdims=True), [distinct(2, 3, 4)]),
    Case("max of one", lambda a: a.max(axis=0), [distinct(1, 3)]),
    Case("min", lambda a: a.min(axis=-1), [distinct(2, 3)]),
    Case("broadcast", lambda a: ops.broadcast_to(a, shape=(4, 2, 3)), [normal(2, 1)]),
    Case("reshape", lambda a: a.reshape(3, -1), [normal(2, 3)]),
    Case("reshape to one axis", lambda a: a.reshape(-1), [normal(2, 3)]),
    Case("transpose", lambda a: a.T, [normal(2, 3)]),
    Case("transpose axes", lambda a: a.transpose(2, 0, 1), [normal(2, 3, 4)]),
    Case("slice", lambda a: a[1:, ::2], [normal(3, 4)]),
    Case("slice backwards", lambda a: a[::-1], [normal(3, 4)]),
    Case("item", lambda a: a[1, -1], [normal(3, 4)]),
    Case("new axis", lambda a: a[None, ..., 0], [normal(3, 4)]),
    Case("index, twice the same", lambda a: a[INDEX], [normal(3, 2)]),
    Case("index pairs", lambda a: a[ROWS, INDEX], [normal(2, 3)]),
    Case("boolean index", lambda a: a[MASK], [normal(2, 3)]),
    Case("scatter", lambda a: ops.scatter(a, index=INDEX, shape=(4, 2)), [normal(3, 2)]),
    Case("logsumexp", lambda a: F.logsumexp(a, axis=(0, 1)), [normal(2, 3)]),
    Case("softmax", F.softmax, [normal(2, 3)]),
    Case("softmax axis", lambda a: F.softmax(a, axis=1), [normal(2, 3, 2)]),
    Case("log softmax", F.log_softmax, [normal(2, 3)]),
    Case("flatten", F.flatten, [normal(2, 3, 4)]),
    Case("linear", F.linear, [normal(2, 3), normal(4, 3), normal(4)]),
    Case("linear, more axes", F.linear, [normal(2, 1, 3), normal(4, 3)]),
    Case("pad", lambda a: pad2d(a, ((1, 0), (2, 1)), fill=3.0), [normal(1, 2, 2, 3)]),
    Case(
        "unfold",
        lambda a: unfold(a, kernel=(2, 3), stride=(2, 1), dilation=(1, 2)),
        [normal(2, 2, 5, 6)],
    ),
    Case(
        "fold",
        lambda a: fold(a, kernel=(2, 3), stride=(2, 1), dilation=(1, 2), size=(5, 6)),
        [normal(2, 2, 3, 2, 2, 2)],
    ),
    Case("conv2d", F.conv2d, [normal(2, 3, 5, 4), normal(4, 3, 3, 2), normal(4)]),
    Case("conv2d of size 1", F.conv2d, [normal(1, 1, 3, 3), normal(1, 1, 1, 1), normal(1)]),
    Case(
        "conv2d strided",
        lambda x, w, b: F.conv2d(x, w, b, stride=(2, 3), padding=(1, 2)),
        [normal(2, 2, 6, 7), normal(3, 2, 3, 3), normal(3)],
    ),
    Case(
        "conv2d dilated",
        lambda x, w: F.conv2d(x, w, dilation=(2, 1), padding=1),
        [normal(1, 2, 6, 5), normal(2, 2, 2, 3)],
    ),
    Case(
        "conv2d same",
        lambda x, w: F.conv2d(x, w, padding="same", dilation=(1, 2)),
        [normal(2, 1, 5, 6), normal(2, 1, 4, 3)],
    ),
    Case(
        "conv2d full",
        lambda x, w: F.conv2d(x, w, padding="full"),
        [normal(1, 1, 3, 4), normal(2, 1, 2, 3)],
    ),
    Case("max pool", lambda a: F.max_pool2d(a, 2), [distinct(2, 2, 4, 5)]),
    Case(
        "max pool, overlapping",
        lambda a: F.max_pool2d(a, (3, 2), stride=(1, 2), padding=1),
        [distinct(1, 2, 5, 4)],
    ),
    Case("average pool", lambda a: F.avg_pool2d(a, 2), [normal(2, 2, 4, 5)]),
    Case(
        "average pool, overlapping",
        lambda a: F.avg_pool2d(a, 3, stride=(1, 2), padding=1),
        [normal(1, 2, 4, 5)],
    ),
    Case("a small network", lambda a, b: ((a @ b).tanh() * a.sum()).exp(), [normal(3, 3)] * 2),
]


def strided(array: np.ndarray) -> np.ndarray:
    """The same numbers, in memory with gaps and in reverse order of axes."""
    spread = np.zeros(tuple(2 * n for n in array.shape[::-1])).T
    view = spread[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES, ids=[case.name for case in CASES])
    if "layout" in metafunc.fixturenames:
        metafunc.parametrize(
            "layout", [np.ascontiguousarray, strided], ids=["packed", "strided"]
        )
