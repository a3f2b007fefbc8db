"""A few numbers that a model must answer to inputs made up for it: the same in PyTorch, NumPy and the browser."""

from typing import Any

import numpy as np

SHOWN = 8  # numbers of the answer that the card keeps


def inputs(config: Any) -> tuple[np.ndarray, ...]:
    """Return inputs for a model, always the same."""
    rng = np.random.default_rng(0)
    kind = config.architecture
    if kind in ("GPT", "AttentionSeq2Seq"):
        limits = (
            [config.vocabulary]
            if kind == "GPT"
            else [config.source_vocabulary, config.target_vocabulary]
        )
        return tuple(rng.integers(3, limit, (2, 12)) for limit in limits)  # fmt: skip
    if kind == "DDPM":
        x = rng.standard_normal((2, *config.input_shape)).astype(np.float32)
        return x, np.array([0, config.steps // 2]), np.array([3, 7])
    draw = rng.standard_normal if kind == "DCGAN" else rng.random
    return (draw((2, *config.input_shape)).astype(np.float32),)


def answer(model: Any, given: tuple[Any, ...]) -> np.ndarray:
    """Return what a model of either back end makes of them, the first of its outputs."""
    if hasattr(model, "register_buffer"):  # a PyTorch module
        import torch

        with torch.no_grad():
            out = model(*map(torch.from_numpy, given))
    else:
        out = model(*given)
    out = out[0] if isinstance(out, tuple) else out
    return np.array(out.numpy())


def shown(values: np.ndarray) -> list[float]:
    """Return the numbers of an answer that a card keeps: so many, evenly spread over it."""
    flat = values.ravel()
    places = np.linspace(0, flat.size - 1, SHOWN).astype(int)
    return [float(f"{value:.6g}") for value in flat[places]]
