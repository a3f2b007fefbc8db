"""Stop a run of the PyTorch loop and go on later as if nothing had happened.

The twin of `checkpoint.py`. The file is PyTorch's own, read with `weights_only=True`: it holds tensors and plain
values, and can run no code when it is opened.
"""

import json
import os
import pickle
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from .history import Epoch, History

KIND = "book_code.training.torch_checkpoint"


# --8<-- [start:save]
def save_checkpoint(
    path: str | Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    history: History,
    rng: np.random.Generator,
    scheduler: Any = None,
) -> None:
    """Write everything that a run needs to go on; the file is replaced whole or not at all.

    Args:
        path: where to.
        model: its weights and buffers are kept.
        optimizer: what it remembers is kept.
        history: the epochs so far, with the best weights.
        rng: the generator that draws the order of the examples; PyTorch's own, for dropout, is kept too.
        scheduler: one of `torch.optim.lr_scheduler`, if the run has one.
    """
    meta = {
        "epochs": [asdict(epoch) for epoch in history],
        "best": history.best.number if len(history) else None,
        "optimizer": type(optimizer).__name__,
        "rng": rng.bit_generator.state,
    }
    state = {
        "kind": KIND,
        "meta": json.dumps(meta),
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": None if scheduler is None else scheduler.state_dict(),
        "best": {
            k: torch.from_numpy(np.array(v)) for k, v in (history.best_weights or {}).items()
        },
        "generator": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    torch.save(state, part)
    os.replace(part, path)


# --8<-- [end:save]


def load_checkpoint(
    path: str | Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    rng: np.random.Generator,
    scheduler: Any = None,
) -> History:
    """Put a run back where it was; go on with `fit_torch(..., history=load_checkpoint(...))`.

    Move the model to its device first; weights and memory go where it is.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is no checkpoint, or one of another model or another kind of optimizer.
    """
    state = _read(path)
    meta, kind = json.loads(state["meta"]), type(optimizer).__name__
    if meta["optimizer"] != kind:
        raise ValueError(
            f"{path} was written with {meta['optimizer']}; the optimizer is {kind}"
        )
    if (scheduler is None) != (state["scheduler"] is None):
        has = "no" if state["scheduler"] is None else "a"
        raise ValueError(f"{path} was written with {has} scheduler")
    try:
        model.load_state_dict(state["model"], strict=True)
        optimizer.load_state_dict(state["optimizer"])
    except (RuntimeError, ValueError) as error:
        raise ValueError(f"{path} does not fit {type(model).__name__}: {error}") from error
    if scheduler is not None:
        scheduler.load_state_dict(state["scheduler"])
    rng.bit_generator.state = meta["rng"]
    torch.set_rng_state(state["generator"])
    if state["cuda"] and len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["cuda"])
    best = {name: value.numpy() for name, value in state["best"].items()}
    history = History()
    for fields in meta["epochs"]:
        history.add(Epoch(**fields), best if fields["number"] == meta["best"] else {})
    return history


def checkpoint(
    path: str | Path,
    optimizer: torch.optim.Optimizer,
    rng: np.random.Generator,
    scheduler: Any = None,
) -> Callable[[nn.Module, History], None]:
    """Return a callback that writes a checkpoint after each epoch."""

    def callback(model: nn.Module, history: History) -> None:
        save_checkpoint(path, model, optimizer, history, rng, scheduler)

    return callback


def _read(path: str | Path) -> dict[str, Any]:
    if not Path(path).exists():
        raise FileNotFoundError(f"there is no file {path}")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise ValueError(f"{path} is not a file of tensors ({error})") from error
    if not isinstance(state, dict) or state.get("kind") != KIND:
        raise ValueError(f"{path} is a file of weights, not a checkpoint")
    return state
