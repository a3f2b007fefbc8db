"""Move weights: between NumPy and PyTorch, and to and from files.

A state dict is a plain dictionary from names to arrays, the same names and shapes in both back ends.

>>> import tempfile, pathlib
>>> path = pathlib.Path(tempfile.mkdtemp()) / "weights.npz"
>>> save_npz(path, {"fc.weight": np.ones((2, 3), np.float32)}, meta={"preset": "mlp-tiny"})
>>> load_npz(path)["fc.weight"].shape, read_meta(path)
((2, 3), {'preset': 'mlp-tiny'})
"""

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

State = dict[str, np.ndarray]
META = "__meta__"  # the one entry of an npz file that is not a weight


def to_torch(state: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return a state dict of arrays as one of PyTorch tensors (copies).

    Use: `torch_model.load_state_dict(to_torch(numpy_model.state_dict()), strict=True)`.
    """
    import torch

    return {name: torch.from_numpy(np.array(value)) for name, value in state.items()}


def from_torch(state: Any) -> State:
    """Return a state dict of tensors, or that of a PyTorch module, as one of arrays (copies)."""
    if hasattr(state, "state_dict"):
        state = state.state_dict()
    return {name: np.array(value.detach().cpu().numpy()) for name, value in state.items()}


def save_npz(
    path: str | Path, state: Mapping[str, Any], meta: Mapping[str, Any] | None = None
) -> None:
    """Write a state dict to an npz file, whole or not at all; `meta` goes in as JSON.

    Raises:
        ValueError: if a weight is called "__meta__", the place of `meta`.
        TypeError: for a model instead of its state dict.
    """
    _check_state("save_npz", state)
    if META in state:
        raise ValueError(
            f"a weight cannot be called {META!r}: that name holds the file's description"
        )
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {name: np.asarray(value) for name, value in state.items()}
    if meta is not None:
        arrays[META] = np.array(json.dumps(dict(meta)))
    part = path.with_name(path.name + ".part")
    with part.open("wb") as stream:
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    os.replace(part, path)


def load_npz(path: str | Path) -> State:
    """Read a state dict from an npz file.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is not an npz file of plain arrays.
    """
    return {name: value for name, value in _read_npz(path).items() if name != META}


def read_meta(path: str | Path) -> dict[str, Any]:
    """Return what `save_npz` was told to write beside the weights; {} if nothing."""
    arrays = _read_npz(path)
    return json.loads(arrays[META].item()) if META in arrays else {}


def save_safetensors(path: str | Path, state: Mapping[str, Any]) -> None:
    """Write a state dict in the safetensors format (needs the package `safetensors`)."""
    _check_state("save_safetensors", state)
    arrays = {name: np.asarray(value, order="C") for name, value in state.items()}
    _safetensors().save_file(arrays, str(path))


def load_safetensors(path: str | Path) -> State:
    """Read a state dict in the safetensors format (needs the package `safetensors`)."""
    safetensors = _safetensors()
    if not Path(path).exists():
        raise FileNotFoundError(f"there is no file {path}")
    try:
        return dict(safetensors.load_file(str(path)))
    except Exception as error:
        raise ValueError(f"{path} is not a safetensors file ({error})") from error


def load_file(path: str | Path) -> State:
    """Read a state dict from a .npz or .safetensors file.

    Raises:
        ValueError: for another kind of file; pickles (.pt, .pth, .bin, .pkl) are never loaded, for a pickle
            can run any code.

    >>> load_file("resnet18.pth")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: resnet18.pth: only .npz and .safetensors files are read...
    """
    suffix = Path(path).suffix
    if suffix == ".npy":
        raise ValueError(
            f"{path}: only .npz and .safetensors files are read. A .npy file holds one array without a name: "
            "np.load reads it"
        )
    if suffix not in (".npz", ".safetensors"):
        raise ValueError(
            f"{path}: only .npz and .safetensors files are read. A pickle ({suffix or 'this file'}?) can run "
            "any code when it is opened; where you trust one, open it with torch.load(weights_only=True) and "
            "save its state dict as .safetensors"
        )
    return load_safetensors(path) if suffix == ".safetensors" else load_npz(path)


def load_into(model: Any, path: str | Path) -> None:
    """Load a file of weights (.npz or .safetensors) into a NumPy model, every name and shape as it should be.

    Raises:
        ValueError: if names or shapes differ; the message names the file and the weights.
        TypeError: for a PyTorch model, which takes `model.load_state_dict(to_torch(load_file(path)))`.
    """
    if hasattr(model, "register_buffer"):  # a PyTorch module
        raise TypeError(
            f"load_into fills a NumPy model, got the PyTorch model {type(model).__name__}: it takes "
            "model.load_state_dict(to_torch(load_file(path)))"
        )
    state = load_file(path)
    try:
        model.load_state_dict(state, strict=True)
    except (KeyError, ValueError) as error:
        reason = error.args[0] if error.args else error
        raise ValueError(f"{path} does not fit {type(model).__name__}: {reason}") from error


def _read_npz(path: str | Path) -> State:
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}")
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (ValueError, EOFError, AttributeError, OSError, zipfile.BadZipFile) as error:
        # NumPy's own words end in how to unpickle it, which is what must not be done
        reason = str(error)
        if "pickle" in reason:
            reason = "it holds a pickle, which can run any code when it is opened"
        raise ValueError(f"{path} is not an npz file of plain arrays ({reason})") from error
    if strange := [name for name, value in arrays.items() if not isinstance(value, np.ndarray)]:
        hint = (
            "; torch.save wrote it: where you trust it, open it with torch.load(weights_only=True) and save its "
            "state dict as .safetensors"
        )
        raise ValueError(
            f"{path} is not an npz file of plain arrays: it holds {strange[0]!r}"
            + (hint if any(name.endswith("data.pkl") for name in strange) else "")
        )
    return arrays


def _check_state(what: str, state: Any) -> None:
    if not isinstance(state, Mapping):
        raise TypeError(
            f"{what} takes a state dict, names with arrays; got {type(state).__name__}"
            + ("; write model.state_dict()" if hasattr(state, "state_dict") else "")
        )


def _safetensors() -> Any:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError("this file format needs: pip install safetensors") from error
    return safetensors.numpy
