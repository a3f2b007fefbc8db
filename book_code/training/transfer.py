"""Transfer learning: take the weights of one task over to another, freeze some, train the others at their own pace.

All functions take a NumPy or a PyTorch model: they use only what both have, names of parameters and
`requires_grad`. A part of a model is meant by the beginning of its names, whole words: "features" or "layer1.0".
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from .. import interop
from ..autodiff import no_grad
from ..names import unknown


def freeze(model: Any, *parts: str) -> list[str]:
    """Stop parts of a model from learning; all of it if no part is named.

    Batch norms in there go on counting running statistics in training mode: see :func:`hold_statistics`.

    Returns:
        The names of the parameters that are frozen now.

    Raises:
        ValueError: for a part that has no parameters; the message names the nearest.

    >>> import book_code as bc
    >>> model = bc.build("lenet-tiny", rng=np.random.default_rng(0))
    >>> freeze(model, "conv1", "conv2")
    ['conv1.weight', 'conv1.bias', 'conv2.weight', 'conv2.bias']
    >>> sum(p.requires_grad for p in model.parameters())
    6
    """
    return _set(model, parts, False)


def unfreeze(model: Any, *parts: str) -> list[str]:
    """Let parts of a model learn again; all of it if no part is named. Returns their names."""
    return _set(model, parts, True)


def trainable(model: Any) -> list[Any]:
    """Return the parameters that are not frozen, for an optimizer.

    >>> import book_code as bc
    >>> model = bc.build("mlp-tiny", rng=np.random.default_rng(0))
    >>> frozen = freeze(model, "layers.0")
    >>> [p.shape for p in trainable(model)]
    [(2, 8), (2,)]
    """
    return [p for _, p in model.named_parameters() if p.requires_grad]


def hold_statistics(model: Any, *parts: str) -> None:
    """Let the norms and dropouts of frozen parts work as in use: by what they counted before.

    To be called after each `model.train()`, which undoes it. What is frozen as a whole is better computed once,
    by :func:`extract`.
    """
    _named(model, parts)
    if not parts:
        model.training = False  # the model itself may drop out, too
    for name, module in _modules(model):
        if not parts or _within(name, parts):
            module.training = False


def extract(
    features: Callable[[Any], Any], x: Any, batch_size: int = 256, model: Any = None
) -> Any:
    """Return what a frozen part of a model gives for all examples, computed once, without gradients.

    Args:
        features: the part, such as `model.features`.
        x: the examples, an array; for PyTorch a tensor.
        batch_size: examples at a time.
        model: the model that it belongs to, if `features` is a method; it is used in evaluation mode, and its
            mode is put back afterwards.

    >>> import book_code as bc
    >>> model = bc.build("lenet-tiny", rng=np.random.default_rng(0))
    >>> extract(model.features, np.zeros((5, 1, 8, 8), np.float32), 2, model).shape
    (5, 3, 1, 1)
    """
    if len(x) == 0:
        raise ValueError("extract was given no examples")
    owner = features if model is None else model
    modes = [(module, module.training) for module in getattr(owner, "modules", list)()]
    for module, _ in modes:
        module.training = False
    out = None
    try:
        with no_grad():  # of our own engine; PyTorch's results are cut off, batch by batch
            for i in range(0, len(x), batch_size):
                part = features(x[i : i + batch_size])
                part = part.detach() if hasattr(part, "new_empty") else part.data
                if out is None:
                    out = _empty(part, len(x))
                out[i : i + len(part)] = part
    finally:
        for module, mode in modes:
            module.training = mode
    return out


def _empty(like: Any, length: int) -> Any:
    """Return an array or tensor for as many examples, of the shape and type of a part of them."""
    shape = (length, *like.shape[1:])
    return like.new_empty(shape) if hasattr(like, "new_empty") else np.empty(shape, like.dtype)


def parameter_groups(
    model: Any, lr: float, factors: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Return the trainable parameters in groups with learning rates of their own.

    `torch.optim`'s optimizers take the list as it is; in NumPy each group becomes an optimizer, and :class:`Together`
    makes one of them.

    Args:
        model: the model.
        lr: learning rate of what no part is named for, usually the new head.
        factors: for parts of the model, what `lr` is multiplied with, usually less the earlier they come. Of two
            parts that fit a parameter the longer one counts.

    Raises:
        ValueError: for a part that has no parameters.

    >>> import book_code as bc
    >>> from book_code import optim
    >>> model = bc.build("lenet-tiny", rng=np.random.default_rng(0))
    >>> groups = parameter_groups(model, 0.1, {"conv1": 0.01, "conv2": 0.1})
    >>> [(round(group["lr"], 4), len(group["params"])) for group in groups]
    [(0.001, 2), (0.01, 2), (0.1, 6)]
    >>> optimizer = Together(optim.SGD(**group) for group in groups)
    """
    _named(model, factors)
    groups: dict[str | None, list[Any]] = {part: [] for part in (*factors, None)}
    for name, p in model.named_parameters():
        if p.requires_grad:
            fits = [part for part in factors if _within(name, [part])]
            groups[max(fits, key=len, default=None)].append(p)
    return [
        {"params": params, "lr": lr if part is None else lr * factors[part]}
        for part, params in groups.items()
        if params
    ]


class Together:
    """Several optimizers that take their steps together, each for its own parameters."""

    def __init__(self, optimizers: Iterable[Any]):
        self.optimizers = list(optimizers)
        if not self.optimizers:
            raise ValueError("Together was given no optimizers")

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for optimizer in self.optimizers:
            optimizer.zero_grad()

    def step(self) -> None:
        """Change every parameter once."""
        for optimizer in self.optimizers:
            optimizer.step()


def take_over(model: Any, state: Mapping[str, Any], fresh: Iterable[str] = ()) -> list[str]:
    """Load the weights of another task, all but those of the parts that start afresh.

    Args:
        model: the model for the new task.
        state: a state dict of arrays or tensors.
        fresh: the parts that keep their own first weights, usually the last layer: ("fc",).

    Returns:
        The names that were loaded.

    Raises:
        ValueError: if anything else is missing, unexpected or of another shape.

    >>> import book_code as bc
    >>> old, new = (bc.build("lenet-tiny", rng=np.random.default_rng(n), classes=n) for n in (3, 5))
    >>> len(take_over(new, old.state_dict(), fresh=("fc3",)))
    8
    """
    fresh = tuple(fresh)
    _named(model, fresh)
    loaded = {name: value for name, value in state.items() if not _within(name, fresh)}
    own = {name: value for name, value in model.state_dict().items() if _within(name, fresh)}
    tensors = not hasattr(model, "astype")
    if tensors:
        arrays = {n: v for n, v in loaded.items() if isinstance(v, np.ndarray)}
        whole = {**loaded, **interop.to_torch(arrays), **own}
    else:
        whole = {**loaded, **own}
    try:
        model.load_state_dict(whole, strict=True)
    except (KeyError, RuntimeError) as error:
        raise ValueError(f"these weights do not fit: {error}") from error
    return list(loaded)


def _set(model: Any, parts: tuple[str, ...], learns: bool) -> list[str]:
    _named(model, parts)
    names = []
    for name, p in model.named_parameters():
        if not parts or _within(name, parts):
            p.requires_grad = learns
            p.grad = p.grad if learns else None
            names.append(name)
    return names


def _named(model: Any, parts: Iterable[str]) -> None:
    names = [name for name, _ in model.named_parameters()]
    for part in parts:
        if not any(_within(name, [part]) for name in names):
            known = {".".join(name.split(".")[:i]) for name in names for i in (1, 2)}
            raise ValueError(unknown("part of the model", part, sorted(known)))


def _within(name: str, parts: Iterable[str]) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def _modules(model: Any, prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Return the modules below with their names, in both back ends."""
    children = model.named_children() if hasattr(model, "named_children") else model.children()
    for name, child in children:
        yield prefix + name, child
        yield from _modules(child, f"{prefix}{name}.")
