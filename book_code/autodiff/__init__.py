"""Automatic differentiation over NumPy arrays: a few operations, a rule for each, one backward sweep.

``tensor.py`` is what the reader holds, ``engine.py`` records and differentiates, ``ops.py`` has the
primitive operations with their rules, ``functional.py`` composes everything else out of them,
``checking.py`` compares gradients with differences, and ``micro.py`` is the same idea for single
numbers, small enough to read at one sitting.
"""

from book_code.autodiff import tensor  # noqa: I001  (first: it ties the knot between Tensor and ops)
from book_code.autodiff import functional, ops
from book_code.autodiff.checking import check_grads
from book_code.autodiff.engine import grad, is_recording, no_grad

Tensor = tensor.Tensor

__all__ = ["Tensor", "check_grads", "functional", "grad", "is_recording", "no_grad", "ops"]
