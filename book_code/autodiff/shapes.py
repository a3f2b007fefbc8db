"""Operations that move entries about: shapes, slices, joining and padding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from book_code.autodiff.engine import as_tensors, primitive
from book_code.autodiff.tensor import Tensor


@primitive(lambda g, out, x, shape: reshape(g, x.shape))
def _reshape(x, shape):
    return x.reshape(shape)


def reshape(x: Any, shape: Any) -> Tensor:
    """The same entries in another shape; one size may be -1.

    >>> reshape(Tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
    Tensor([[1., 2.],
            [3., 4.]])
    """
    return _reshape(x, shape=shape if isinstance(shape, int) else tuple(shape))


@primitive(lambda g, out, x, axes: transpose(g, np.argsort(axes).tolist()))
def _transpose(x, axes):
    return x.transpose(axes)


def transpose(x: Any, axes: Any = None) -> Tensor:
    """The axes in another order; reversed when ``axes`` is None.

    >>> transpose(Tensor([[1.0, 2.0]])).shape
    (2, 1)
    """
    (x,) = as_tensors((x,))
    axes = range(x.ndim)[::-1] if axes is None else axes
    return _transpose(x, axes=tuple(a % x.ndim for a in axes))


# --8<-- [start:getitem]
def _put_back(g: Tensor, out: Tensor, x: Tensor, index: Any) -> Tensor:
    return scatter(g, index=index, shape=x.shape)


def _add_at(array: np.ndarray, g: np.ndarray, index: Any) -> None:
    """Add to some entries of an array, in place; an entry may be named more than once."""
    if _is_basic(index):
        array[index] += g
    elif isinstance(index, np.ndarray) and index.dtype.kind in "iu" and g.size:
        _add_rows(array, g.reshape(index.size, -1), index.reshape(-1) % len(array))
    else:
        np.add.at(array, index, g)


def _add_rows(array: np.ndarray, rows: np.ndarray, places: np.ndarray) -> None:
    """Add rows where they belong: those for the same place are summed first, which is faster than one by one."""
    order = np.argsort(places, kind="stable")
    places = places[order]
    first = np.flatnonzero(np.diff(places, prepend=-1))  # where the next place begins
    sums = np.add.reduceat(rows[order], first, axis=0)
    array[places[first]] += sums.reshape(-1, *array.shape[1:])


_put_back.into = _add_at  # type: ignore[attr-defined]


@primitive(_put_back)
def _getitem(x, index):
    return x[index]


@primitive(lambda g, out, x, index, shape: getitem(g, index))
def scatter(x, index, shape):
    """Zeros of ``shape``, with ``x`` added at ``index``: the adjoint of taking entries out.

    >>> scatter(Tensor([5.0, 6.0]), index=np.array([2, 2]), shape=(4,))
    Tensor([ 0.,  0., 11.,  0.])
    """
    out = np.zeros(shape, dtype=x.dtype)
    _add_at(out, x, index)
    return out


# --8<-- [end:getitem]


def getitem(x: Any, index: Any) -> Tensor:
    """Entries or slices, with every kind of index that NumPy knows.

    >>> getitem(Tensor([1.0, 2.0, 3.0]), slice(1, None))
    Tensor([2., 3.])
    """
    if isinstance(index, tuple):
        index = tuple(i.data if isinstance(i, Tensor) else i for i in index)
    elif isinstance(index, Tensor):
        index = index.data
    return _getitem(x, index=index)


def _is_basic(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    kinds = (int, np.integer, slice, type(None), type(...))
    return all(isinstance(i, kinds) and not isinstance(i, bool) for i in parts)


# --8<-- [start:concatenate]
@cache
def _joining(count: int) -> Callable[..., Tensor]:
    """The operation that joins so many arrays: a primitive has one rule for each argument."""

    def rule(place: int) -> Callable[..., Tensor]:
        return lambda g, out, *parts, axis: g[_span(parts, place, axis)]

    @primitive(*map(rule, range(count)))
    def concatenate(*parts, axis):
        return np.concatenate(parts, axis)

    return concatenate


def _span(parts: Sequence[Tensor], place: int, axis: int) -> tuple[slice, ...]:
    """Where one of the parts stands in the whole."""
    start = sum(p.shape[axis] for p in parts[:place])
    return (*[slice(None)] * axis, slice(start, start + parts[place].shape[axis]))


def concatenate(parts: Sequence[Any], axis: int = 0) -> Tensor:
    """Several tensors joined along an axis that they have.

    >>> concatenate([Tensor([1.0]), Tensor([2.0, 3.0])])
    Tensor([1., 2., 3.])
    """
    parts = as_tensors(tuple(parts))
    if not parts:
        raise ValueError("concatenate expected at least one tensor, got none")
    axis = _one_axis(axis, parts[0].ndim, parts[0])
    shapes = [[n for a, n in enumerate(p.shape) if a != axis] for p in parts]
    if any(
        p.ndim != parts[0].ndim or s != shapes[0] for p, s in zip(parts, shapes, strict=True)
    ):
        raise ValueError(
            f"concatenate expected shapes that differ along axis {axis} only, got "
            + " and ".join(str(p.shape) for p in parts)
        )
    return _joining(len(parts))(*parts, axis=axis)


# --8<-- [end:concatenate]


def stack(parts: Sequence[Any], axis: int = 0) -> Tensor:
    """Tensors of one shape joined along a new axis.

    >>> stack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])], axis=1)
    Tensor([[1., 3.],
            [2., 4.]])
    """
    parts = as_tensors(tuple(parts))
    if len({p.shape for p in parts}) > 1:
        raise ValueError(
            "stack expected tensors of one shape, got "
            + " and ".join(str(p.shape) for p in parts)
        )
    if not parts:
        raise ValueError("stack expected at least one tensor, got none")
    axis = _one_axis(axis, parts[0].ndim + 1, parts[0])
    shape = (*parts[0].shape[:axis], 1, *parts[0].shape[axis:])
    return concatenate([p.reshape(shape) for p in parts], axis)


def split(x: Any, sizes: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """A tensor cut into pieces along an axis.

    Args:
        x: what is cut.
        sizes: the size of each piece, or one number for all (the last piece may be smaller).
        axis: the axis that is cut.

    Examples:
        >>> split(Tensor([1.0, 2.0, 3.0]), [1, 2])
        [Tensor([1.]), Tensor([2., 3.])]
    """
    (x,) = as_tensors((x,))
    axis = _one_axis(axis, x.ndim, x)
    whole = x.shape[axis]
    if isinstance(sizes, int | np.integer):
        if sizes < 1:
            raise ValueError(f"split expected pieces of at least 1 entry, got {sizes}")
        sizes = [min(int(sizes), whole - start) for start in range(0, whole, int(sizes))]
    if any(n < 0 for n in sizes) or sum(sizes) != whole:
        raise ValueError(
            f"split expected sizes that add up to {whole}, the size of axis {axis}, got {sizes}"
        )
    ends = np.cumsum([0, *sizes]).tolist()
    before = [slice(None)] * axis
    return [getitem(x, (*before, slice(a, b))) for a, b in pairwise(ends)]


# --8<-- [start:pad]
@primitive(lambda g, out, x, widths, fill: g[_inner(x.shape, widths)])
def _pad(x, widths, fill):
    shape = [n + before + after for n, (before, after) in zip(x.shape, widths, strict=True)]
    out = _ordered_like(x, shape)
    if fill:
        out[...] = fill
    out[_inner(x.shape, widths)] = x
    return out


def _ordered_like(x: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Zeros whose axes lie in memory in the order in which those of ``x`` do."""
    order = np.argsort([-abs(stride) for stride in x.strides], kind="stable")
    return np.zeros([shape[a] for a in order], x.dtype).transpose(np.argsort(order))


def pad(x: Any, widths: Sequence[tuple[int, int]], fill: float = 0.0) -> Tensor:
    """Margins of a constant around a tensor.

    Args:
        x: what is framed.
        widths: (before, after) for each of the last axes; axes that are not named stay as they are.
        fill: the number that stands in the margins.

    Examples:
        >>> pad(Tensor([[1.0, 2.0]]), [(1, 2)])
        Tensor([[0., 1., 2., 0., 0.]])
    """
    (x,) = as_tensors((x,))
    pairs = [tuple(w) if isinstance(w, Sequence) else (w,) for w in widths]
    if len(pairs) > x.ndim or any(len(p) != 2 or min(p) < 0 for p in pairs):
        raise ValueError(
            f"pad expected (before, after), neither below 0, for at most {x.ndim} axes, "
            f"got {widths!r}"
        )
    whole = ((0, 0),) * (x.ndim - len(pairs)) + tuple(pairs)
    return _pad(x, widths=whole, fill=fill) if np.any(whole) else x


# --8<-- [end:pad]


def _inner(shape: Sequence[int], widths: Sequence[tuple[int, int]]) -> tuple[slice, ...]:
    """Where the old entries stand within the margins."""
    return tuple(
        slice(before, before + n) for n, (before, _) in zip(shape, widths, strict=True)
    )


def _one_axis(axis: int, ndim: int, x: Tensor) -> int:
    if not -ndim <= axis < ndim:
        raise ValueError(f"there is no axis {axis} for a tensor of shape {x.shape}")
    return axis % ndim
