"""Runs in the reader's Python: random products, each held to the bound of its own sums."""

import itertools
import json
import math
import operator
import time

import numpy as np

rng = np.random.default_rng()


def matrix(dtype, rows, columns):
    """A matrix that lies in memory in one of many ways."""
    steps = rng.integers(1, 4, size=2)
    whole = rng.standard_normal((rows * steps[0] + 2, columns * steps[1] + 2)).astype(dtype)
    found = whole[1 :: steps[0], 1 :: steps[1]][:rows, :columns]
    way = rng.integers(5)
    if way == 1:
        found = np.asfortranarray(found)
    if way == 2:
        found = found[::-1]
    if way == 3:
        found = found[:, ::-1]
    if way == 4:
        found = np.ascontiguousarray(found)
    return found


def outside(got, a, b):
    """Whether a product lies outside of what rounding allows: |error| <= (k + 4) eps |a| |b|."""
    exact = np.einsum("...ij,...jk->...ik", a.astype("d"), b.astype("d"))
    size = np.einsum("...ij,...jk->...ik", abs(a).astype("d"), abs(b).astype("d"))
    bound = (a.shape[-1] + 4) * np.finfo(a.dtype).eps * size
    return (
        got.shape != exact.shape
        or got.dtype != a.dtype
        or bool((abs(got - exact) > bound).any())
    )


def sizes():
    small = rng.random() < 0.6
    return (int(rng.integers(1, 24 if small else 300)) for _ in range(3))


def plain(dtype):
    m, k, n = sizes()
    a, b = matrix(dtype, m, k), matrix(dtype, k, n)
    return outside(a @ b, a, b)


def batched(dtype):
    m, k, n = (int(v) for v in rng.integers(1, 40, size=3))
    a = np.stack([[matrix(dtype, m, k) for _ in range(3)] for _ in range(2)])
    b = np.stack([matrix(dtype, k, n) for _ in range(3)])
    if rng.random() < 0.5:
        a = a.transpose(1, 0, 2, 3)[:, :1]
        return outside(a @ b[:, None], a, b[:, None])
    return outside(a @ b, a, b)


def vectors(dtype):
    m, k, _ = sizes()
    a, x = matrix(dtype, m, k), matrix(dtype, 1, k)[0]
    return outside((a @ x)[:, None], a, x[:, None]) or outside((x @ a.T)[None], x[None], a.T)


def written(dtype):
    """Into a place with steps, or over one of the factors."""
    m, k, n = sizes()
    a, b = matrix(dtype, m, k), matrix(dtype, k, n)
    out = np.full((m * 2, n * 2), 7, dtype)
    np.matmul(a, b, out=out[::2, ::-2])
    untouched = (out[1::2] == 7).all() and (out[:, ::2] == 7).all()
    square = matrix(dtype, n, n)
    kept = square.copy()
    np.matmul(square, square.T, out=square)
    return not untouched or outside(out[::2, ::-2], a, b) or outside(square, kept, kept.T)


def not_finite(dtype):
    m, k, n = sizes()
    a, b = matrix(dtype, m, k), matrix(dtype, k, n)
    i, j, l = rng.integers(m), rng.integers(n), rng.integers(k)
    a[i, l], b[l, j] = rng.choice([np.nan, np.inf, -np.inf]), rng.choice([1.0, np.inf, 0.0])
    got, exact = a @ b, np.einsum("ij,jk->ik", a, b)
    return not np.array_equal(np.isnan(got), np.isnan(exact)) or not np.array_equal(
        np.isinf(got), np.isinf(exact)
    )


def dots(dtype):
    m, k, n = sizes()
    a, b = matrix(dtype, m, k), matrix(dtype, k, n)
    return (
        outside(np.dot(a, b), a, b)
        or outside(np.tensordot(a, b, 1), a, b)
        or outside(np.einsum("ij,jk->ik", a, b, optimize=True), a, b)
    )


def numbers(dtype):
    """Numbers of all sizes, some of them special, that lie side by side or with steps."""
    n, step = int(rng.integers(1, 200)), int(rng.integers(1, 3))
    x = (rng.standard_normal(n * step) * 10.0 ** rng.uniform(-3, 3)).astype(dtype)
    special = np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 1e-40, 88.72, 709.7, -87.4, -745.0])
    x[rng.integers(n * step, size=n // 8)] = rng.choice(special, n // 8).astype(dtype)
    return x[::step]


def far(got, exact, x, units):
    """Whether a result differs by more than some units in the last place, or is special where it should not be."""
    exact = np.array(exact, x.dtype)
    space = np.spacing(np.abs(np.where(np.isfinite(exact), exact, 1)).astype(x.dtype))
    with np.errstate(all="ignore"):
        close = np.abs(got.astype("d") - exact.astype("d")) <= units * space.astype("d")
    return not np.all(close | (got == exact) | (np.isnan(got) & np.isnan(exact)))


def slowly(function, x):
    """By Python's own library, one number after the other."""
    results = []
    for value in x.tolist():
        try:
            results.append(function(value))
        except OverflowError:
            results.append(math.inf)
    return results


def exponentials(dtype):
    x = numbers(dtype)
    return far(np.exp(x), slowly(math.exp, x), x, 2)


def tangents(dtype):
    x = numbers(dtype)
    y = x.copy()
    np.tanh(y, out=y)
    return far(y, slowly(math.tanh, x), x, 3)


def extremes(dtype):
    """maximum and minimum, bit for bit by NumPy's rule, with one number for all too; and as reductions."""
    x = numbers(dtype)
    y = rng.permutation(x)
    one = dtype(rng.choice([0.0, -0.0, 1.5, np.nan]))
    for a, b in ((x, y), (x, one), (one, y)):
        p, q = np.broadcast_arrays(a, b)
        up = np.array([s if s != s or s >= t else t for s, t in zip(p, q, strict=True)], dtype)
        down = np.array(
            [s if s != s or s <= t else t for s, t in zip(p, q, strict=True)], dtype
        )
        if (
            np.maximum(a, b).tobytes() != up.tobytes()
            or np.minimum(a, b).tobytes() != down.tobytes()
        ):
            return True
    there = np.append(x[~np.isnan(x)], dtype(0))
    return there.max() != max(there.tolist()) or there.min() != min(there.tolist())


def divided(s, t):
    if t != 0 or s != s or t != t:
        return s / t if t else s
    return math.nan if s == 0 else math.copysign(math.inf, s) * math.copysign(1, t)


def greater(s, t):
    return s if s != s or s >= t else t


RULES = {
    np.add: operator.add,
    np.subtract: operator.sub,
    np.multiply: operator.mul,
    np.divide: divided,
}


def other(got, exact):
    """Whether two arrays differ in a number, in the sign of a zero, or in what is not one."""
    signs = np.signbit(got) != np.signbit(exact)
    return not np.array_equal(got, exact, equal_nan=True) or (signs & ~np.isnan(got)).any()


def arithmetic(dtype):
    """To the last bit what Python's floats give, rounded once; with one number for all too, and in place."""
    x = numbers(dtype)
    y = rng.permutation(x)
    one = dtype(rng.choice([0.0, -0.0, 1.5, np.nan]))
    for a, b in ((x, y), (x, one), (one, y)):
        p, q = (each.astype("d").tolist() for each in np.broadcast_arrays(a, b))
        for function, rule in RULES.items():
            exact = np.array([rule(s, t) for s, t in zip(p, q, strict=True)], "d").astype(dtype)
            place = y.copy()
            if other(function(a, b), exact) or other(function(a, b, out=place), exact):
                return True
            if b is y and other(function(a, place := y.copy(), out=place), exact):
                return True
    return False


def accumulated(dtype):
    """Each result is an operand of the next."""
    x = numbers(dtype)
    for function, rule in {**RULES, np.maximum: greater}.items():
        one_by_one = itertools.accumulate(
            x, lambda s, t, rule=rule: dtype(rule(float(s), float(t)))
        )
        if other(function.accumulate(x), np.array(list(one_by_one), dtype)):
            return True
    return False


def fuzz(count):
    """How many of `count` random cases of each kind were wrong."""
    products = (plain, batched, vectors, written, not_finite, dots)
    kinds = (*products, exponentials, tangents, extremes, arithmetic, accumulated)
    wrong = dict.fromkeys((kind.__name__ for kind in kinds), 0)
    for i in range(count):
        kind = kinds[i % len(kinds)]
        wrong[kind.__name__] += bool(kind((np.float32, np.float64)[i // len(kinds) % 2]))
    return json.dumps(wrong)


def best(call):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def faster():
    """How many times as fast as NumPy's own loop (in einsum, which keeps it) a product is."""
    a = rng.standard_normal((256, 256)).astype("f")
    return best(lambda: np.einsum("ij,jk->ik", a, a)) / best(lambda: a @ a)
