"""Against exploding gradients: cut them before the step."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from book_code.autodiff import Tensor


# --8<-- [start:norm]
def clip_grad_norm(
    params: Tensor | Iterable[Tensor], max_norm: float, kind: float = 2.0
) -> float:
    """Scale all gradients together so that their norm, taken as one vector, is at most ``max_norm``.

    The direction stays. Call it between ``backward()`` and ``step()``; PyTorch's is
    ``torch.nn.utils.clip_grad_norm_``.

    Args:
        params: the tensors whose ``grad`` is scaled.
        max_norm: the largest norm allowed.
        kind: 2 for the usual norm, 1 for the sum of sizes, ``math.inf`` for the largest.

    Returns:
        The norm before.

    Raises:
        FloatingPointError: when a gradient is infinite or not a number: there is nothing to save.

    References:
        R. Pascanu, T. Mikolov, Y. Bengio (2013). On the difficulty of training recurrent neural
        networks. ICML. arXiv:1211.5063

    Examples:
        >>> w = Tensor([3.0, 4.0], requires_grad=True)
        >>> (w * w).sum().backward()
        >>> clip_grad_norm([w], 1.0), w.grad.data.round(4).tolist()
        (10.0, [0.6, 0.8])
    """
    if not (max_norm > 0 and kind > 0):
        raise ValueError(
            f"clip_grad_norm expected a norm and kind above 0, got {max_norm}, {kind}"
        )
    tensors = _with_gradients(params)
    norms = [float(np.linalg.norm(_flat(p), kind)) for p in tensors]
    total = float(np.linalg.norm(norms, kind)) if norms else 0.0
    if not math.isfinite(total):
        raise FloatingPointError(
            f"the norm of the gradients is {total}: look for an overflow, a log(0) or a division "
            "by 0 before clipping"
        )
    share = min(1.0, max_norm / (total + 1e-6))
    for p in tensors:
        assert p.grad is not None
        if share < 1:
            p.grad = Tensor(p.grad.data * share)
    return total


# --8<-- [end:norm]


def clip_grad_value(params: Tensor | Iterable[Tensor], max_value: float) -> None:
    """Bring every entry of every gradient between -max_value and max_value.

    Simple, but it turns the direction. PyTorch's is ``torch.nn.utils.clip_grad_value_``.

    Args:
        params: the tensors whose ``grad`` is cut.
        max_value: the largest size allowed.

    Examples:
        >>> w = Tensor([3.0, 0.25], requires_grad=True)
        >>> (w * w).sum().backward()
        >>> clip_grad_value([w], 1.0)
        >>> w.grad.data.tolist()
        [1.0, 0.5]
    """
    if not max_value > 0:
        raise ValueError(f"clip_grad_value expected a value above 0, got {max_value}")
    for p in _with_gradients(params):
        assert p.grad is not None
        p.grad = Tensor(np.clip(p.grad.data, -max_value, max_value))


def _with_gradients(params: Tensor | Iterable[Tensor]) -> list[Tensor]:
    params = [params] if isinstance(params, Tensor) else list(params)
    return [p for p in params if p.grad is not None]


def _flat(p: Tensor) -> np.ndarray:
    """The gradient as a vector, in float64 so that squares of float32 do not overflow."""
    assert p.grad is not None
    return p.grad.data.astype(np.float64).ravel()
