"""From a name to a model: presets, configurations, both back ends, and the weights that ship with the book.

A family is a folder beside this file. Its `config.py` holds PRESETS, a dictionary from names to frozen
configurations; each configuration says by `architecture` which class of `numpy_model.py` and `torch_model.py`
it describes. Modules are imported when they are needed: PyTorch stays optional, and a page that builds one
model fetches that one.
"""

import dataclasses
import hashlib
import importlib
import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .. import interop
from ..names import unknown
from .fields import override

# Every family with its presets, in the order of the book; a test holds them to PRESETS of each `config.py`.
FAMILIES: dict[str, tuple[str, ...]] = {
    # foundations
    "neuron": ("neuron", "neuron-tiny"),
    "perceptron": (
        "perceptron", "perceptron-tiny", "multiclass-perceptron",
        "multiclass-perceptron-tiny",
    ),
    "softmax_regression": ("softmax-regression", "softmax-regression-tiny"),
    "mlp": ("mlp", "mlp-tiny"),
    # vision
    "lenet": ("lenet5", "lenet5-modern", "lenet-tiny"),
    "cifar_cnn": ("cifar-cnn", "cifar-cnn-wide", "cifar-cnn-tiny"),
    "alexnet": ("alexnet", "alexnet-fashion", "alexnet-tiny"),
    "vgg": (
        "vgg11", "vgg13", "vgg16", "vgg19", "vgg11-bn", "vgg13-bn", "vgg16-bn", "vgg19-bn",
        "vgg11-fashion", "vgg-tiny",
    ),
    "googlenet": ("googlenet", "googlenet-fashion", "googlenet-tiny"),
    "resnet": (
        "resnet18", "resnet34", "resnet50", "resnet101", "resnet20", "resnet32", "resnet44",
        "resnet56", "resnet110", "plain20", "plain32", "plain44", "plain56", "plain110",
        "resnet18-fashion", "resnet-tiny", "resnet-bottleneck-tiny", "resnet-cifar-tiny",
        "plain-tiny",
    ),
    "densenet": (
        "densenet121", "densenet169", "densenet201", "densenet-bc-100-12",
        "densenet-fashion", "densenet-tiny",
    ),
    "mobilenet": ("mobilenet-v2", "mobilenet-tiny"),
    "convnext": ("convnext-t", "convnext-s", "convnext-tiny"),
    "unet": ("unet", "unet-padded", "unet-tiny"),
    "ssd": ("ssd", "ssd-tiny"),
    "ssd300": ("ssd300", "ssd300-coco", "ssd300-tiny"),
    "siamese": ("siamese", "siamese-tiny"),
    "posenet": ("posenet", "posenet-tiny"),
    "vit": ("vit-b16", "vit-b32", "vit-l16", "vit-cifar", "vit-tiny"),
    # sequences
    "rnn": ("rnn", "rnn-tiny"),
    "lstm": ("lstm", "lstm-tiny"),
    "gru": ("gru", "gru-tiny"),
    "seq2seq": ("seq2seq", "seq2seq-tiny", "attention-seq2seq", "attention-seq2seq-tiny"),
    "audio_cnn": ("audio-cnn", "audio-cnn-keywords", "audio-cnn-tiny"),
    # transformers
    "transformer": (
        "transformer-base", "transformer-big", "transformer-tiny", "transformer-classifier",
        "transformer-classifier-tiny",
    ),
    "bert": ("bert-base", "bert-base-masked", "bert-large", "bert-mini", "bert-tiny"),
    "gpt": ("gpt2", "gpt2-medium", "gpt-nano", "gpt-nano-cpu", "gpt-tiny"),
    "lora": ("lora-gpt2", "lora-tiny"),
    "t5": ("t5-small", "t5-base", "t5-tiny"),
    # generative models
    "autoencoder": (
        "autoencoder-deep", "autoencoder-linear", "autoencoder-mnist", "autoencoder-sparse",
        "autoencoder-tiny", "autoencoder-sparse-tiny", "denoising-autoencoder",
        "denoising-autoencoder-tiny", "convolutional-autoencoder",
        "convolutional-autoencoder-tiny",
    ),
    "vae": (
        "vae", "vae-plane", "beta-vae", "conditional-vae", "vae-tiny",
        "conditional-vae-tiny",
    ),
    "gan": ("gan-mnist", "gan-ring", "gan-tiny"),
    "dcgan": ("dcgan", "dcgan-mnist", "dcgan-tiny"),
    "wgan": ("wgan", "wgan-tiny", "wgan-gp", "wgan-gp-mnist", "wgan-gp-ring", "wgan-gp-tiny"),
    "conditional_gan": (
        "conditional-gan-mnist", "projection-gan-mnist", "conditional-gan-tiny",
    ),
    "pix2pix": ("pix2pix", "pix2pix-tiny"),
    "cyclegan": ("cyclegan", "cyclegan-128", "cyclegan-tiny"),
    "stylegan": ("stylegan2-1024", "stylegan2-256", "stylegan-tiny"),
    "ddpm": ("ddpm-cifar10", "ddpm-mnist", "ddpm-tiny"),
    # practice
    "simclr": ("simclr-resnet50", "simclr-cifar10", "simclr-tiny"),
    "mae": ("mae-b16", "mae-l16", "mae-tiny"),
    "multi_task": ("multi-task", "multi-task-tiny"),
    "gcn": ("gcn-cora", "gcn-tiny"),
    "gat": ("gat-cora", "gat-tiny"),
    "matrix_factorization": ("matrix-factorization-ml100k", "matrix-factorization-tiny"),
    "neural_cf": ("neural-cf-ml1m", "neural-cf-tiny"),
    "dqn": ("dqn-atari", "dqn-cartpole", "dqn-tiny"),
    "policy_gradient": ("policy-gradient-cartpole", "policy-gradient-tiny"),
    "moe": ("moe-nano", "moe-switch-nano", "moe-tiny"),
    "ssm": ("mamba-130m", "ssm-nano", "ssm-tiny"),
    "spiking": ("spiking-digits", "spiking-tiny"),
    "quantum": ("quantum-iris", "quantum-tiny"),
}  # fmt: skip
BACKENDS = ("numpy", "torch")
WEIGHTS = (
    Path(__file__).parent.parent / "weights"
)  # <preset>-<data set>.npz; they ship with the package


def names() -> list[str]:
    """Return the names of all presets; every family has a "<family>-tiny".

    >>> [name for name in names() if name.startswith("lenet")]
    ['lenet5', 'lenet5-modern', 'lenet-tiny']
    """
    return [name for presets in FAMILIES.values() for name in presets]


def family(name: str) -> str:
    """Return the family of a preset, the name of its folder.

    Raises:
        ValueError: for an unknown preset; the message names the nearest.

    >>> family("lenet5-modern")
    'lenet'
    """
    for folder, presets in FAMILIES.items():
        if name in presets:
            return folder
    raise ValueError(unknown("preset", name, names()))


def config(name: str, **overrides: Any) -> Any:
    """Return the configuration of a preset, with some fields replaced.

    Raises:
        ValueError: for an unknown preset, or a value that is not allowed.
        TypeError: for an unknown field, or a value of another type.

    >>> config("lenet5", pooling="max").pooling
    'max'
    """
    module = importlib.import_module(f"{__package__}.{family(name)}.config")
    return override(module.PRESETS[name], overrides)


def model_class(name: str, backend: str = "numpy") -> type:
    """Return the class that a preset is built from."""
    settings = config(name)
    if backend not in BACKENDS:
        raise ValueError(unknown("backend", backend, BACKENDS))
    try:
        module = importlib.import_module(f"{__package__}.{family(name)}.{backend}_model")
    except ImportError as error:
        if (error.name or "").split(".")[0] != "torch":
            raise
        raise ImportError(
            f'backend "torch" of {name!r} needs PyTorch: pip install torch',
            name="torch",
        ) from error
    return getattr(module, settings.architecture)


def build(
    name: str,
    backend: str = "numpy",
    *,
    rng: np.random.Generator | None = None,
    **overrides: Any,
) -> Any:
    """Build a model with fresh weights.

    The weights are drawn by the NumPy model in both back ends, so that the same generator gives
    the same model twice.

    Args:
        name: a preset; `names()` lists them.
        backend: "numpy" or "torch".
        rng: draws the weights; only models that start from zero (the perceptrons) do without.
        **overrides: fields of the preset's configuration to replace.

    Raises:
        ValueError: for an unknown preset or back end, or a value that is not allowed.
        TypeError: for an unknown field, or a value of another type.
        ImportError: for backend="torch" where there is no PyTorch.

    >>> model = build("lenet5", rng=np.random.default_rng(0))
    >>> sum(p.data.size for p in model.parameters())
    61706
    """
    settings = config(name, **overrides)
    wanted = model_class(name, backend)
    ours = model_class(name, "numpy")
    needed = inspect.signature(ours).parameters["rng"].default is inspect.Parameter.empty
    if not isinstance(rng, np.random.Generator) and (needed or rng is not None):
        raise TypeError(f"build needs rng=np.random.default_rng(seed); got {rng!r}")
    model = ours(settings, rng=rng)
    if backend == "numpy":
        return model
    twin = wanted(settings)
    twin.load_state_dict(interop.to_torch(model.state_dict()), strict=True)
    return twin


def load(name: str, dataset: str, backend: str = "numpy") -> Any:
    """Build a model with the weights that ship with the book, in evaluation mode.

    Raises:
        ValueError: if no such weights ship (the message lists those that do), or the file is damaged.

    >>> load("lenet5", "minst")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: unknown weights 'lenet5-minst'...
    """
    config(name)
    path = weights_path(name, dataset)
    if not path.exists():
        raise ValueError(unknown("weights", path.stem, shipped()))
    _check_whole(path)
    meta = interop.read_meta(path)
    fields = {key: _as_field(value) for key, value in meta.get("config", {}).items()}
    model = build(name, backend, rng=np.random.default_rng(0), **fields)
    _put_weights(model, interop.load_npz(path), f"{path} does not fit {name!r}")
    return model


def load_published(
    name: str, weights: str | Path | Mapping[str, Any], backend: str = "numpy", **overrides: Any
) -> Any:
    """Build a model with weights that the authors of the reference implementation published.

    torchvision's state dicts fit as they are; where names or layouts differ (Hugging Face's BERT, GPT-2 and
    T5, torchvision's ViT) the family's `published.py` says how.

    Args:
        name: a preset, of the same size as the published model.
        weights: a .safetensors or .npz file, or a state dict of arrays or tensors. Pickled files are not
            read: they can run any code.
        backend: "numpy" or "torch".
        **overrides: fields of the preset's configuration to replace.

    Returns:
        The model in evaluation mode.

    Raises:
        ValueError: if the weights do not fit; the message lists every name and shape.
        TypeError: for a model instead of its state dict.

    >>> twin = build("lenet5", rng=np.random.default_rng(1))
    >>> load_published("lenet5", twin.state_dict()).training
    False
    """
    given: Mapping[str, Any]
    if isinstance(weights, Mapping):
        given = interop.from_torch(weights) if _has_tensors(weights) else weights
    elif not isinstance(weights, str | Path):
        raise TypeError(
            f"load_published takes a file or a state dict, names with arrays; got {type(weights).__name__}"
            + ("; write model.state_dict()" if hasattr(weights, "state_dict") else "")
        )
    else:
        given = interop.load_file(weights)
    settings = config(name, **overrides)
    try:
        convert = importlib.import_module(f"{__package__}.{family(name)}.published").convert
    except ModuleNotFoundError as error:
        if not (error.name or "").endswith(".published"):
            raise
    else:
        given = convert(dict(given), settings)
    model = build(name, backend, rng=np.random.default_rng(0), **overrides)
    _put_weights(model, given, f"these weights do not fit {name!r}")
    return model


def _has_tensors(state: Mapping[str, Any]) -> bool:
    return any(hasattr(value, "detach") for value in state.values())


def _put_weights(model: Any, state: Mapping[str, Any], complaint: str) -> None:
    """Load weights, floats as float32, and make the model ready for use."""
    arrays = {key: np.asarray(value) for key, value in state.items()}
    arrays = {k: v.astype(np.float32) if v.dtype.kind == "f" else v for k, v in arrays.items()}
    ours = hasattr(model, "astype")
    try:
        model.load_state_dict(arrays if ours else interop.to_torch(arrays), strict=True)
    except (KeyError, ValueError, RuntimeError) as error:
        raise ValueError(f"{complaint}: {error}") from error
    model.eval()


def save(name: str, dataset: str, state: dict[str, np.ndarray], **overrides: Any) -> Path:
    """Write weights, floats as float16, to where `load` finds them, with the configuration that they belong to.

    A card beside them is of what was there before, and goes.

    Raises:
        ValueError: for a weight that is too large for float16, or not finite.
    """
    settings = config(name, **overrides)
    path = weights_path(name, dataset)
    state = {key: _half(key, value) for key, value in state.items()}
    meta = {"preset": name, "dataset": dataset, "config": dataclasses.asdict(settings)}
    path.with_suffix(".json").unlink(missing_ok=True)
    interop.save_npz(path, state, meta=json.loads(json.dumps(meta)))
    return path


def _half(key: str, value: np.ndarray) -> np.ndarray:
    value = np.asarray(value)
    if value.dtype.kind != "f":
        return value
    with np.errstate(over="ignore"):
        rounded = value.astype(np.float16)
    if not np.isfinite(rounded).all():
        raise ValueError(f"{key} holds numbers that float16 cannot hold")
    return rounded


def _check_whole(path: Path) -> None:
    """Raise if a file of weights is not the one that the card beside it describes."""
    card = path.with_suffix(".json")
    if not card.exists():
        return
    known = json.loads(card.read_text(encoding="utf-8"))
    try:
        content = path.read_bytes()
    except OSError as error:  # in the browser the file comes now
        raise OSError(
            f"the weights {path.stem} could not be read: is the connection lost?"
        ) from error
    if len(content) != known["size"]:
        raise ValueError(
            f"{path} is damaged: it has {len(content):,} bytes of {known['size']:,}"
        )
    found = hashlib.sha256(content).hexdigest()
    if found != known["sha256"]:
        raise ValueError(
            f"{path} is damaged: its sha256 is {found[:12]}..., expected {known['sha256'][:12]}..."
        )


def weights_path(name: str, dataset: str) -> Path:
    """Return where the weights of a preset on a data set ship."""
    return WEIGHTS / f"{name}-{dataset}.npz"


def shipped() -> list[str]:
    """Return the names of the weights that ship, "<preset>-<data set>"."""
    return sorted(path.stem for path in WEIGHTS.glob("*.npz"))


def _as_field(value: Any) -> Any:
    """Return a value of a JSON file as a configuration holds it: lists are tuples there."""
    return tuple(map(_as_field, value)) if isinstance(value, list) else value
