"""Stop a run of the NumPy loop and go on later as if nothing had happened.

A checkpoint is one npz file: the weights, the optimizer's memory, the best weights so far, the epochs, and the
state of the random generator. (PyTorch models: `torch.save` and `torch.load`.)
"""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from .. import interop
from ..nn import Module
from .history import Epoch, History


def save_checkpoint(
    path: str | Path, model: Module, optimizer: Any, history: History, rng: np.random.Generator
) -> None:
    """Write everything that a run needs to go on; the file is replaced whole or not at all."""
    arrays = {f"model/{name}": value for name, value in model.state_dict().items()}
    arrays |= {f"best/{name}": value for name, value in (history.best_weights or {}).items()}
    for i, memory in enumerate(optimizer.state):
        for key, value in memory.items():
            arrays[f"optimizer/{i}/{key}"] = np.asarray(value)
    meta = {
        "epochs": [asdict(epoch) for epoch in history],
        "best": history.best.number if len(history) else None,
        "lr": float(optimizer.lr),
        "optimizer": type(optimizer).__name__,
        "rng": rng.bit_generator.state,
    }
    interop.save_npz(path, arrays, meta)


def load_checkpoint(
    path: str | Path, model: Module, optimizer: Any, rng: np.random.Generator
) -> History:
    """Put a run back where it was; go on with `fit(..., history=load_checkpoint(...))`.

    Raises:
        ValueError: if the checkpoint is of another model or another kind of optimizer; nothing is changed then.
    """
    arrays, meta = interop.load_npz(path), interop.read_meta(path)
    if "rng" not in meta:
        raise ValueError(f"{path} is a file of weights, not a checkpoint")
    kind = type(optimizer).__name__
    if meta["optimizer"] != kind:
        raise ValueError(
            f"{path} was written with {meta['optimizer']}; the optimizer is {kind}"
        )
    try:
        model.load_state_dict(_part(arrays, "model/"), strict=True)
    except ValueError as error:
        raise ValueError(f"{path} does not fit {type(model).__name__}: {error}") from error
    for i, memory in enumerate(optimizer.state):
        memory.clear()
        for key, value in _part(arrays, f"optimizer/{i}/").items():
            memory[key] = int(value) if value.dtype.kind == "i" else value
    optimizer.lr = meta["lr"]
    rng.bit_generator.state = meta["rng"]
    best = _part(arrays, "best/")
    history = History()
    for fields in meta["epochs"]:
        history.add(Epoch(**fields), best if fields["number"] == meta["best"] else {})
    return history


def checkpoint(
    path: str | Path, optimizer: Any, rng: np.random.Generator
) -> Callable[[Module, History], None]:
    """Return a callback that writes a checkpoint after each epoch."""

    def callback(model: Module, history: History) -> None:
        save_checkpoint(path, model, optimizer, history, rng)

    return callback


def _part(arrays: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {key.removeprefix(prefix): v for key, v in arrays.items() if key.startswith(prefix)}
