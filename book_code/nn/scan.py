"""Going along time: the same step again and again, over sequences of one length or of several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F

State = tuple[Tensor, ...]  # h, or h and c
Step = Callable[[Tensor, State], State]


# --8<-- [start:scan]
def scan(
    step: Step, inputs: Tensor, state: State, mask: Any = None, reverse: bool = False
) -> tuple[Tensor, State]:
    """Go along time, from state to state.

    Args:
        step: (inputs of one step (N, G), state) -> the next state; its first part is the output.
        inputs: what every step needs of its input, (N, T, G).
        state: where to begin, parts of (N, H).
        mask: (N, T), false where a sequence has ended: the state stays, the output is 0.
        reverse: from the last step to the first.

    Returns:
        The outputs (N, T, H), in the order of the inputs, and the last state.
    """
    steps = range(inputs.shape[1])
    outputs: list[Any] = [None] * len(steps)
    for t in reversed(steps) if reverse else steps:
        new = step(inputs[:, t], state)
        if mask is None:
            outputs[t], state = new[0], new
        else:
            real = mask[:, t, None]
            outputs[t] = F.where(real, new[0], 0.0)
            state = tuple(F.where(real, a, b) for a, b in zip(new, state, strict=True))
    return F.stack(outputs, axis=1), state


# --8<-- [end:scan]


def by_steps(
    inputs: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    *state: Tensor,
    step: Callable[..., State],
    real: Any,
    reverse: bool,
) -> Tensor:
    """What `fast_recurrent.py` computes at one go: inputs (T, N, G) -> (T + parts, N, H), outputs and last state."""
    turned = weight.T
    outputs, last = scan(
        lambda i, s: step(i, s, turned, bias),
        inputs.transpose(1, 0, 2),
        state,
        None if real is None else real.T,
        reverse,
    )
    return F.concatenate([outputs.transpose(1, 0, 2), F.stack(last)])


def real_steps(lengths: Any, n: int, steps: int) -> np.ndarray:
    """Where sequences of these lengths have a step, (N, T).

    Raises:
        TypeError: when lengths are not whole numbers.
        ValueError: when there is not one for each sequence, from 1 to T.

    Examples:
        >>> real_steps([1, 3], 2, 3).astype(int).tolist()
        [[1, 0, 0], [1, 1, 1]]
    """
    lengths = lengths.data if isinstance(lengths, Tensor) else np.asarray(lengths)
    if lengths.dtype.kind not in "iu":
        raise TypeError(f"lengths are whole numbers, got {lengths.dtype}")
    if lengths.shape != (n,):
        raise ValueError(f"expected {n} lengths, one a sequence, got shape {lengths.shape}")
    if n and not 1 <= lengths.min() <= lengths.max() <= steps:
        raise ValueError(
            f"lengths must be from 1 to the {steps} steps of the batch, "
            f"got {lengths.min()} to {lengths.max()}"
        )
    return np.arange(steps) < lengths[:, None]
