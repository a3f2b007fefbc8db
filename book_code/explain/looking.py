"""Looking into a model while it runs: what a layer puts out, which class is asked about, evaluation for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..autodiff import Tensor, no_grad
from ..names import unknown
from ..nn import Module

Target = int | np.ndarray | None


# --8<-- [start:tap]
@contextmanager
def tap(model: Module, layer: str) -> Iterator[list[Tensor]]:
    """Keep what a layer puts out while the model runs; gradients can be asked for it as for any tensor.

    Args:
        model: a model.
        layer: the dotted name of one of its layers, as in the names of its weights.

    Yields:
        A list, to which every run of the layer adds its output.

    Raises:
        ValueError: for a layer that the model does not have; the message names the nearest.

    >>> from book_code.models import build
    >>> model = build("lenet-tiny", rng=np.random.default_rng(0))
    >>> with tap(model, "conv2") as seen:
    ...     scores = model(np.zeros((1, 1, 8, 8), np.float32))
    >>> seen[0].shape
    (1, 3, 2, 2)
    """
    known = layers(model)
    if layer not in known:
        raise ValueError(unknown(f"layer of {type(model).__name__}", layer, known))
    module, seen = known[layer], list[Tensor]()
    run = module.forward

    def forward(*args: Any, **kwargs: Any) -> Any:
        out = run(*args, **kwargs)
        seen.append(out)
        return out

    vars(module)["forward"] = forward  # shadows the method of the class, for a while
    try:
        yield seen
    finally:
        del vars(module)["forward"]


# --8<-- [end:tap]


def layers(model: Module) -> dict[str, Module]:
    """Return every module of a model by its dotted name, parents before children.

    >>> from book_code import nn
    >>> list(layers(nn.Sequential(nn.Sequential(nn.ReLU()), nn.Tanh())))
    ['0', '0.0', '1']
    """
    found = {}
    for name, child in model.children():
        found[name] = child
        found |= {f"{name}.{below}": module for below, module in layers(child).items()}
    return found


@contextmanager
def evaluation(model: Any) -> Iterator[None]:
    """Put a model into evaluation mode for a while: an explanation is of the model that is used.

    >>> from book_code import nn
    >>> layer = nn.Dropout(0.5, rng=np.random.default_rng(0))
    >>> with evaluation(layer):
    ...     print(layer.training)
    False
    >>> layer.training
    True
    """
    before = [(m, m.training) for m in model.modules()] if isinstance(model, Module) else []
    for module, _ in before:
        module.training = False
    try:
        yield
    finally:
        for module, mode in before:
            module.training = mode


def class_scores(model: Any, x: Tensor, target: Target) -> tuple[Tensor, np.ndarray]:
    """Return the score of the class that is asked about for each picture, and which class that is."""
    scores = model(x)
    classes = chosen_classes(scores, len(x), target)
    return scores[np.arange(len(classes)), classes], classes


def predict(
    model: Callable[[np.ndarray], Any], x: np.ndarray, classes: np.ndarray, probability: bool
) -> np.ndarray:
    """Return the scores, or probabilities, of one class a picture, without a record for gradients."""
    with no_grad(), evaluation(model):
        out = model(x)
    scores = np.asarray(out.data if isinstance(out, Tensor) else out)
    chosen_classes(scores, len(x), classes)
    if probability:
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        scores = scores / scores.sum(axis=1, keepdims=True)
    return scores[np.arange(len(x)), classes]


def predicted(model: Callable[[np.ndarray], Any], x: np.ndarray, target: Target) -> np.ndarray:
    """Return the class that is asked about for each picture: the one with the highest score, unless given."""
    with no_grad(), evaluation(model):
        return chosen_classes(model(x), len(x), target)


def chosen_classes(scores: Any, count: int, target: Target) -> np.ndarray:
    """Return the class that is asked about for each row of scores, in either back end.

    >>> chosen_classes(np.array([[0.0, 2.0], [1.0, 0.0]]), 2, None).tolist()
    [1, 0]
    >>> chosen_classes(np.zeros((1, 3)), 1, 3)
    Traceback (most recent call last):
    ValueError: class 3 was asked about, but the model has the classes 0 to 2
    """
    shape = tuple(getattr(scores, "shape", ()))
    if len(shape) != 2 or shape[0] != count:
        raise ValueError(
            f"a model to be explained gives one score a class, of shape ({count}, K); this one gave "
            f"{shape or type(scores).__name__}"
        )
    if target is None:
        return np.asarray(
            scores.argmax(1) if not isinstance(scores, Tensor) else scores.data.argmax(1)
        )
    classes = np.asarray(target)
    if classes.dtype.kind not in "iu" or classes.shape not in ((), (count,)):
        raise ValueError(
            f"target must be the number of a class, or one for each of {count} pictures; got {target!r}"
        )
    wrong = classes[(classes < 0) | (classes >= shape[1])]
    if wrong.size:
        raise ValueError(
            f"class {wrong.flat[0]} was asked about, but the model has the classes 0 to {shape[1] - 1}"
        )
    return np.broadcast_to(classes, (count,)).astype(np.int64)


def check_pictures(name: str, x: Any) -> None:
    """Raise, in the name of a method, unless x is a batch of pictures of floating-point numbers.

    >>> check_pictures("saliency", np.zeros((1, 28, 28)))
    Traceback (most recent call last):
    ValueError: saliency expected pictures of shape (N, C, H, W), got (1, 28, 28); one grey picture is x[None, None]
    """
    shape = tuple(x.shape)
    if len(shape) != 4 or 0 in shape:
        hint = "; one grey picture is x[None, None]" if len(shape) < 4 else ""
        raise ValueError(f"{name} expected pictures of shape (N, C, H, W), got {shape}{hint}")
    if "float" not in str(x.dtype):
        raise TypeError(
            f"{name} expected floating-point pictures, got {x.dtype}: convert them as for training"
        )
