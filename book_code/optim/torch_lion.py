"""Lion for PyTorch, which has none of its own; see :class:`book_code.optim.Lion`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch


# --8<-- [start:lion]
class Lion(torch.optim.Optimizer):
    """Every weight takes a step of the same size; only the sign of a mean of gradients counts.

    Args:
        params: the tensors to train, or groups of them.
        lr: learning rate, the size of every step.
        betas: how much of the mean goes into the step, and how slowly the mean forgets.
        weight_decay: how fast the weights shrink, as in AdamW.

    References:
        X. Chen et al. (2023). Symbolic discovery of optimization algorithms. NeurIPS.
        arXiv:2302.06675, algorithm 2
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        if not (lr >= 0 and weight_decay >= 0):
            raise ValueError(
                f"lr and weight_decay must not be negative, got {lr} and {weight_decay}"
            )
        if len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"two betas must lie between 0 and 1 (1 excluded), got {betas}")
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # type: ignore[override]
        """Change every parameter that has a gradient once."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                m = state.setdefault("m", torch.zeros_like(p))
                direction = (b1 * m + (1 - b1) * p.grad).sign_()
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(direction, alpha=-group["lr"])
                m.mul_(b2).add_(p.grad, alpha=1 - b2)  # only now, with the other share
        return loss


# --8<-- [end:lion]
