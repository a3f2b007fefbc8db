"""The Python half of fast-numpy: what the kernels are compared on, and np.dot by way of np.matmul."""

import functools
import importlib

import numpy as np

HOLDERS = (
    "numpy._core.numeric",
    "numpy._core.multiarray",
    "numpy.linalg._linalg",
)  # of `dot`, besides np
# The functions of one operand and of two that have kernels, by type.
ONE = {"f": (np.exp, np.tanh), "d": (np.tanh,)}
TWO = {
    "f": (np.add, np.subtract, np.multiply, np.divide, np.maximum, np.minimum),
    "d": (np.divide, np.maximum, np.minimum),
}
installed = False
stock = None  # the probes by NumPy's own loops, where they are known already


def describe(ufunc):
    """Where a ufunc is, and the types of its loops in the order of their table."""
    found = getattr(np, ufunc)
    return " ".join([str(id(found)), *found.types])


def remember():
    """Keep what NumPy's own loops answer, in a memory image: it is then not computed at every start."""
    globals()["stock"] = probes()


def expected():
    """What the kernels have to answer."""
    return stock or probes()


def probes():
    """What the kernels are tried on, as NumPy has it at this moment."""
    return [each for dtype in "fd" for kind in (products, values) for each in kind(dtype)]


@functools.cache
def numbers(dtype, *shape):
    """Numbers between -1 and 1 without a pattern; importing numpy.random would take longer than all the rest."""
    return np.sin(np.arange(np.prod(shape)) ** 2.0).astype(dtype).reshape(shape)


def values(dtype):
    """exp, tanh, arithmetic, maximum and minimum: all sizes of numbers, what is not finite, every form of operands."""
    special = np.array([0, -0.0, np.inf, -np.inf, np.nan, 88.7, -103.5, 709.7, -745], dtype)
    sizes = (0.1, 1, 30, 400, 1e4)
    x = np.concatenate([*(numbers(dtype, 37) * special.dtype.type(s) for s in sizes), special])
    y = x[::-1].copy()
    results = [f(form) for f in ONE[dtype] for form in (x, x[::-1], x[:5], x[:0], x[3])]
    for f in TWO[dtype]:
        results += [f(x, y), f(x, 0), f(x[:1], y), f(x[::2], y[::2]), f(x[:3], y[:3])]
        results += [f.reduce(x[:74]), f.reduce(x[:74].reshape(2, 37), 0), f.accumulate(x[:37])]
    into = x.copy()
    np.tanh(into[1:], out=into[:-1])
    return [*results, into]


def products(dtype):
    """Products of every kind: edges, transposes, steps, batches, vectors, what is not finite, nothing at all."""
    a, b, wide = numbers(dtype, 2, 21, 37), numbers(dtype, 2, 37, 19), numbers(dtype, 40, 75)
    odd = b.copy()
    odd[0, 3, 4], odd[1, 5, 6], odd[1, 0, 0] = np.nan, np.inf, -np.inf
    pairs = [
        (a, b),
        (a[0], odd),
        (a[0].T, a[0]),
        (b[0].T, a[0].T),
        (wide[::2, ::-2], wide[:38, 7:60:3]),
        (wide[:, 1::2], np.asfortranarray(b[0])),
        (a[0, :1], b[0]),
        (a[0], b[0, :, :2]),
        (a[0, 0], b[0]),
        (a[0], b[0, :, 0]),
        (a[0, 0], a[0, 1]),
        (wide[:9, :9], wide[:9, :9]),
        (a[0, :, :0], b[0, :0]),
        (a[:0], b[:0]),
    ]
    results = [x @ y for x, y in pairs]
    out = wide.copy()[:21, :19]
    results.append(np.matmul(a[0], b[0], out=out).copy())
    square = wide[:20, :20].copy()
    results.append(np.matmul(square, square.T, out=square))
    return results


def differences(stock, patched):
    """Which probes differ by more than the order of a sum may change."""
    if alike(stock, patched):
        return []  # all at once, because this is most of the time that installing takes
    return [i for i in range(len(stock)) if not alike(stock[i : i + 1], patched[i : i + 1])]


def alike(stock, patched):
    """Whether shapes, types and, nearly, numbers are the same."""
    forms = [[(each.shape, each.dtype.char) for each in side] for side in (stock, patched)]
    return forms[0] == forms[1] and all(near(stock, patched, dtype) for dtype in "fd")


def near(stock, patched, dtype):
    x, y = (
        np.concatenate([each.ravel() for each in side if each.dtype.char == dtype] or [[]])
        for side in (stock, patched)
    )
    close = 64 * np.finfo(dtype).eps
    same = (x == y) | ((x != x) & (y != y))
    return bool((same | (np.isfinite(x) & (abs(x - y) <= close * (abs(x) + 64)))).all())


def use_matmul_for_dot():
    """Let np.dot, and so tensordot and einsum(optimize=True), take the way of np.matmul where both mean the same."""
    stock = np.dot

    @functools.wraps(stock)
    def dot(a, b, out=None):
        alike = type(a) is np.ndarray is type(b) and a.dtype is b.dtype and out is None
        if alike and a.dtype.char in "fd" and 1 <= a.ndim <= 2 and 1 <= b.ndim <= 2:
            return np.matmul(a, b)
        return stock(a, b, out)

    for name in HOLDERS:
        module = importlib.import_module(name)
        if getattr(module, "dot", None) is stock:
            module.dot = dot
    np.dot = dot
    globals()["installed"] = True
