"""Muon: steps that turn every direction of a weight matrix by the same amount."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np

from book_code.autodiff import Tensor
from book_code.optim.base import Optimizer, check_settings, check_shares, remembered

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


# --8<-- [start:orthogonalize]
def orthogonalize(
    matrix: np.ndarray,
    steps: int = 5,
    coefficients: tuple[float, float, float] = COEFFICIENTS,
    eps: float = 1e-7,
) -> np.ndarray:
    """Nearly U Vᵀ of the matrix U S Vᵀ: all singular values are brought near 1, none is computed.

    Newton-Schulz: each round puts the odd polynomial a x + b x³ + c x⁵ on every singular value. The
    coefficients are chosen for speed: after five rounds all that were not tiny lie between 0.7 and 1.2
    or so, and more rounds bring them no closer to 1.

    Args:
        matrix: what is to be made orthogonal.
        steps: rounds.
        coefficients: a, b and c.
        eps: the smallest size that the matrix is divided by.

    References:
        K. Jordan et al. (2024). Muon: an optimizer for hidden layers in neural networks.
        https://kellerjordan.github.io/posts/muon/

    Examples:
        >>> np.linalg.svd(orthogonalize(np.diag([5.0, 1.0, 0.5])))[1].round(1)
        array([0.8, 0.7, 0.7])
    """
    matrix = np.asarray(matrix)
    if matrix.dtype.kind != "f":
        raise TypeError(f"orthogonalize expected floating-point numbers, got {matrix.dtype}")
    if matrix.ndim != 2:
        raise ValueError(f"orthogonalize expected a matrix, got shape {matrix.shape}")
    a, b, c = coefficients
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix  # the smaller Gram matrix
    x = x / max(float(np.linalg.norm(x)), eps)  # now no singular value is above 1
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if tall else x


# --8<-- [end:orthogonalize]


# --8<-- [start:muon]
class Muon(Optimizer):
    """Momentum whose step is made orthogonal: rare directions move as much as common ones.

    Only for matrices (hidden layers); biases, norms and embeddings go to an AdamW beside it. Settings
    and defaults are those of ``torch.optim.Muon``. One thing differs: PyTorch does the rounds of
    :func:`orthogonalize` in bfloat16, this one in the type of the weights, so that its steps are
    not rounded to three digits.

    Args:
        params: the matrices to train.
        lr: learning rate.
        weight_decay: how fast the weights shrink, as in AdamW.
        momentum: how slowly the running mean of gradients forgets.
        nesterov: look ahead along the momentum.
        steps: rounds of :func:`orthogonalize`.
        scale: "original" times √max(1, rows/columns), "match_rms_adamw" times 0.2 · √max(rows, columns),
            which makes steps as large as AdamW's, so that its learning rate fits.

    References:
        K. Jordan et al. (2024). Muon: an optimizer for hidden layers in neural networks.
        https://kellerjordan.github.io/posts/muon/; J. Liu et al. (2025). Muon is scalable for LLM
        training. arXiv:2502.16982 (match_rms_adamw)

    Examples:
        >>> w = Tensor(np.zeros((2, 2)), requires_grad=True)
        >>> Muon([w], lr=1.0).step([[[100.0, 0.0], [0.0, -1.0]]])
        >>> bool((abs(np.diag(w.data)) > 0.15).all())
        True
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        steps: int = 5,
        scale: Literal["original", "match_rms_adamw"] = "original",
    ) -> None:
        super().__init__(params, lr)
        check_settings(weight_decay=weight_decay, steps=steps)
        check_shares(momentum=momentum)
        if not isinstance(steps, int | np.integer):
            raise TypeError(f"steps is a whole number of rounds, got {steps!r}")
        if scale not in ("original", "match_rms_adamw"):
            raise ValueError(f"scale is 'original' or 'match_rms_adamw', got {scale!r}")
        for i, p in enumerate(self.params):
            if p.ndim != 2:
                raise ValueError(
                    f"Muon trains matrices, the tensor at place {i} has shape {p.shape}: give what is "
                    "none (biases, norms, filters) to an AdamW beside it"
                )
        self.weight_decay, self.momentum, self.nesterov = weight_decay, momentum, nesterov
        self.steps, self.scale = steps, scale

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """w - lr · (scale · orthogonal step + weight_decay · w)."""
        mean = remembered(state, "mean", w)
        mean *= self.momentum
        mean += (1 - self.momentum) * g
        step = (1 - self.momentum) * g + self.momentum * mean if self.nesterov else mean
        rows, columns = w.shape
        scale = math.sqrt(max(1, rows / columns))
        if self.scale == "match_rms_adamw":
            scale = 0.2 * math.sqrt(max(rows, columns))
        new = orthogonalize(step, self.steps) * (-float(self.lr) * scale)
        new += (1 - float(self.lr) * self.weight_decay) * w
        return new


# --8<-- [end:muon]
