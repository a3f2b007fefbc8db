"""The Tensor: an array that remembers which operation made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from book_code.autodiff.release import let_go

Axes = int | tuple[int, ...] | None


class Record(NamedTuple):
    """How a tensor was made: what the backward sweep needs, and nothing else."""

    name: str
    rules: tuple[Callable[..., Tensor] | None, ...]
    inputs: tuple[Tensor, ...]
    arrays: list[np.ndarray]  # what the inputs held then
    metadata: dict[str, Any]


class Tensor:
    """An ndarray with a gradient.

    Operations on tensors that require a gradient are recorded; :func:`book_code.autodiff.grad` and
    :meth:`backward` walk that record from the result to the inputs. The array is kept as it comes:
    float32 stays float32, and nothing is copied.

    Args:
        data: anything that NumPy makes an array of numbers from.
        requires_grad: whether gradients with respect to this tensor are wanted. Only
            floating-point tensors have any.

    Raises:
        TypeError: when the data are not numbers, or are integers and a gradient is asked for.

    Examples:
        >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> x.grad
        Tensor([2., 4., 6.])
    """

    __array_ufunc__ = None  # so that ``array * tensor`` comes to Tensor.__rmul__
    __slots__ = ("__weakref__", "data", "grad", "record", "requires_grad")
    __hash__ = object.__hash__

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        array = data.data if isinstance(data, Tensor) else np.asarray(data)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"a Tensor holds real numbers, got {array.dtype} from {data!r:.60}")
        if requires_grad and array.dtype.kind != "f":
            raise TypeError(
                f"only floating-point tensors can require a gradient, got {array.dtype}: "
                "write 1.0 in place of 1, or convert with .astype(np.float64)"
            )
        self.data: np.ndarray = array
        self.requires_grad = requires_grad
        self.grad: Tensor | None = None
        self.record: Record | None = None

    def __del__(self) -> None:
        let_go(self, "record")

    # What it holds

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return self.data.shape

    @property
    def dtype(self) -> np.dtype:
        """The type of the entries."""
        return self.data.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.data.ndim

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.data.size

    @property
    def op(self) -> str:
        """The name of the operation that made this tensor, empty for a leaf."""
        return self.record.name if self.record else ""

    def numpy(self) -> np.ndarray:
        """The array itself, outside the record (not a copy).

        >>> Tensor([1.0, 2.0]).numpy()
        array([1., 2.])
        """
        return self.data

    def item(self) -> float:
        """The only entry, as a Python number.

        >>> Tensor([2.0, 3.0]).sum().item()
        5.0
        """
        return self.data.item()

    def detach(self) -> Tensor:
        """The same array as a constant: no gradient flows through it.

        >>> Tensor(1.0, requires_grad=True).detach().requires_grad
        False
        """
        return Tensor(self.data)

    def backward(self, seed: Any = None) -> None:
        """Add d(self)/d(leaf) to the ``grad`` of every leaf that requires a gradient.

        Like PyTorch, a second call adds to what the first one left; set ``grad`` to None in between
        for a fresh start. Unlike PyTorch, the record is kept, so a second call is always possible.

        Args:
            seed: the gradient of whatever comes after with respect to this tensor; 1 for a scalar.

        Examples:
            >>> x = Tensor(3.0, requires_grad=True)
            >>> y = x * x
            >>> y.backward(); y.backward()
            >>> x.grad.item()
            12.0
        """
        engine.backward(self, seed)

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self.data)))

    def __float__(self) -> float:
        return float(self.data)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __repr__(self) -> str:
        text = np.array2string(self.data, separator=", ", prefix="Tensor(")
        shown = (
            "" if self.dtype.name in ("float64", "bool", "int64") else f", dtype={self.dtype}"
        )
        return f"Tensor({text}{shown}{', requires_grad=True' if self.requires_grad else ''})"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if self.requires_grad:
            raise TypeError(
                "NumPy was handed a Tensor that requires a gradient, and NumPy records nothing: "
                "use Tensor operations, or .numpy() if you want the bare array"
            )
        return np.array(self.data, dtype=dtype, copy=copy)

    # Arithmetic

    def __add__(self, other: Any) -> Tensor:
        return ops.add(self, other)

    def __radd__(self, other: Any) -> Tensor:
        return ops.add(other, self)

    def __sub__(self, other: Any) -> Tensor:
        return ops.subtract(self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return ops.subtract(other, self)

    def __mul__(self, other: Any) -> Tensor:
        return ops.multiply(self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return ops.multiply(other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return ops.divide(self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return ops.divide(other, self)

    def __neg__(self) -> Tensor:
        return ops.multiply(self, -1)

    def __pow__(self, exponent: Any) -> Tensor:
        return ops.power(self, exponent)

    def __rpow__(self, base: Any) -> Tensor:
        return ops.power(base, self)

    def __matmul__(self, other: Any) -> Tensor:
        return ops.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return ops.matmul(other, self)

    # Comparisons give plain boolean arrays: no gradient passes through a yes or no.

    def __eq__(self, other: object) -> np.ndarray:  # type: ignore[override]
        return self.data == _array(other)

    def __ne__(self, other: object) -> np.ndarray:  # type: ignore[override]
        return self.data != _array(other)

    def __lt__(self, other: Any) -> np.ndarray:
        return self.data < _array(other)

    def __le__(self, other: Any) -> np.ndarray:
        return self.data <= _array(other)

    def __gt__(self, other: Any) -> np.ndarray:
        return self.data > _array(other)

    def __ge__(self, other: Any) -> np.ndarray:
        return self.data >= _array(other)

    def argmax(self, axis: int | None = None) -> np.ndarray:
        """Where the largest entry stands, as integers.

        >>> Tensor([[1.0, 3.0], [5.0, 2.0]]).argmax(axis=1).tolist()
        [1, 0]
        """
        return np.asarray(self.data.argmax(axis=axis), dtype=np.int64)

    # Entry by entry

    def exp(self) -> Tensor:
        """The exponential of every entry."""
        return ops.exp(self)

    def log(self) -> Tensor:
        """The natural logarithm of every entry."""
        return ops.log(self)

    def tanh(self) -> Tensor:
        """The hyperbolic tangent of every entry."""
        return ops.tanh(self)

    def sigmoid(self) -> Tensor:
        """1 / (1 + exp(-x)) of every entry."""
        return ops.sigmoid(self)

    def sqrt(self) -> Tensor:
        """The square root of every entry."""
        return ops.power(self, 0.5)

    def relu(self) -> Tensor:
        """Every entry, or 0 where it is negative."""
        return ops.relu(self)

    def abs(self) -> Tensor:
        """The absolute value of every entry."""
        return ops.absolute(self)

    def astype(self, dtype: Any) -> Tensor:
        """The same numbers in another type; gradients come back in the old one."""
        return ops.cast(self, dtype=np.dtype(dtype))

    # Over axes

    def sum(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """The sum over ``axis``, all axes when None."""
        return ops.sum(self, axis, keepdims)

    def mean(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """The mean over ``axis``, all axes when None."""
        return ops.mean(self, axis, keepdims)

    def var(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """The variance over ``axis``: the mean squared distance from the mean."""
        return ops.variance(self, axis, keepdims)

    def max(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """The largest entry over ``axis``; among equals, the first gets the gradient."""
        return ops.max(self, axis, keepdims)

    def min(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """The smallest entry over ``axis``; among equals, the first gets the gradient."""
        return -ops.max(-self, axis, keepdims)

    # Shape

    def reshape(self, *shape: Any) -> Tensor:
        """The same entries in another shape; one size may be -1."""
        return ops.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Tensor:
        """The axes in another order; reversed when none is named."""
        return ops.transpose(self, axes[0] if len(axes) == 1 else axes or None)

    @property
    def T(self) -> Tensor:
        """The axes in reverse order."""
        return ops.transpose(self, None)

    def __getitem__(self, index: Any) -> Tensor:
        return ops.getitem(self, index)


def _array(value: Any) -> Any:
    return value.data if isinstance(value, Tensor) else value


# Tensor needs the operations for its operators, and the operations need Tensor for their results.
# Importing them here, once the class stands, is the one knot in the package.
from book_code.autodiff import engine, ops  # noqa: E402
