"""Module: a tree of parameters with names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import numpy as np

from book_code.autodiff import Tensor

Self = TypeVar("Self", bound="Module")


# --8<-- [start:module]
class Module:
    """What layers and models have in common: parameters, buffers, and names for both.

    There is nothing to register. A Tensor attribute is a parameter, an ndarray attribute is a
    buffer (it belongs to the state but is not trained), and a module, or a list of modules, is a
    child. Names are paths, "features.0.weight", the same as PyTorch gives. Attributes that begin
    with an underscore, and results of recorded operations, are left alone.

    Examples:
        >>> from book_code import nn
        >>> model = nn.Sequential(nn.Linear(2, 3, rng=np.random.default_rng(0)), nn.ReLU())
        >>> [(name, p.shape) for name, p in model.named_parameters()]
        [('0.weight', (3, 2)), ('0.bias', (3,))]
    """

    training: bool = True

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The output for the inputs, one or several; every layer and model writes its own."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward(self, x)")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The output: ``module(x)`` is ``module.forward(x)``."""
        return self.forward(*args, **kwargs)

    def children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly below, with their names.

        >>> list(Module().children())
        []
        """
        for name, value in vars(self).items():
            if name.startswith("_"):
                continue
            if isinstance(value, Module):
                yield name, value
            elif isinstance(value, list | tuple):
                for i, item in enumerate(value):
                    if isinstance(item, Module):
                        yield f"{name}.{i}", item

    def modules(self) -> Iterator[Module]:
        """This module and all below it.

        >>> len(list(Module().modules()))
        1
        """
        yield self
        for _, child in self.children():
            yield from child.modules()

    def _state(self, prefix: str = "") -> Iterator[tuple[str, Module, str]]:
        """(full name, owner, attribute) of every parameter and buffer, in order of definition."""
        for name, value in vars(self).items():
            _refuse_loose_parameters(self, name, value)
            leaf = isinstance(value, Tensor) and value.record is None
            if (leaf or isinstance(value, np.ndarray)) and not name.startswith("_"):
                yield prefix + name, self, name
        for name, child in self.children():
            yield from child._state(f"{prefix}{name}.")

    def named_parameters(self) -> Iterator[tuple[str, Tensor]]:
        """Every parameter with its name; one that is shared comes once.

        >>> list(Module().named_parameters())
        []
        """
        seen: set[int] = set()
        for name, owner, attribute in self._state():
            value = getattr(owner, attribute)
            if isinstance(value, Tensor) and id(value) not in seen:
                seen.add(id(value))
                yield name, value

    def parameters(self) -> list[Tensor]:
        """Every parameter, for an optimizer.

        >>> Module().parameters()
        []
        """
        return [p for _, p in self.named_parameters()]

    # --8<-- [end:module]

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of all parameters and buffers by name: all that has to be saved.

        >>> Module().state_dict()
        {}
        """
        return {name: _array(getattr(owner, a)).copy() for name, owner, a in self._state()}

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> None:
        """Copy in what :meth:`state_dict` gave. Nothing changes unless everything fits.

        Args:
            state: arrays by name.
            strict: names must agree exactly; otherwise what is missing keeps its values and
                what is unexpected is left out.

        Raises:
            ValueError: listing all that is missing or unexpected, of wrong shape, or not a number.

        Examples:
            >>> Module().load_state_dict({"weight": np.zeros(2)})
            Traceback (most recent call last):
            ValueError: Module cannot load this state:
              unexpected: weight
        """
        places = {name: (owner, attribute) for name, owner, attribute in self._state()}
        current = {name: _array(getattr(*place)) for name, place in places.items()}
        arrays = {name: _array(value) for name, value in state.items()}
        faults = []
        if strict and (missing := [n for n in places if n not in arrays]):
            faults.append("missing: " + ", ".join(missing))
        if strict and (unexpected := [n for n in arrays if n not in places]):
            faults.append("unexpected: " + ", ".join(unexpected))
        faults += [
            f"{n}: expected numbers, got {a.dtype}"
            for n, a in arrays.items()
            if n in places and a.dtype.kind not in "fiub"
        ]
        faults += [
            f"{n}: expected shape {current[n].shape}, got {arrays[n].shape}"
            for n in places
            if n in arrays and arrays[n].shape != current[n].shape
        ]
        if faults:
            raise ValueError(
                "\n  ".join([f"{type(self).__name__} cannot load this state:", *faults])
            )
        for name, (owner, attribute) in places.items():
            if name in arrays:
                _put(owner, attribute, arrays[name].astype(current[name].dtype))

    def astype(self: Self, dtype: Any) -> Self:
        """Convert all floating-point parameters and buffers, and return the module.

        >>> Module().astype("float64").parameters()
        []
        """
        if np.dtype(dtype).kind != "f":
            raise TypeError(f"astype expected a floating-point type, got {np.dtype(dtype)}")
        for _, owner, attribute in self._state():
            value = _array(getattr(owner, attribute))
            if value.dtype.kind == "f":
                _put(owner, attribute, value.astype(dtype))
        return self

    def train(self: Self, mode: bool = True) -> Self:
        """Behave as in training (dropout drops), and return the module.

        >>> Module().train().training
        True
        """
        for module in self.modules():
            module.training = mode
        return self

    def eval(self: Self) -> Self:
        """Behave as in use (dropout passes everything on), and return the module.

        >>> Module().eval().training
        False
        """
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget all gradients.

        >>> Module().zero_grad()
        """
        for p in self.parameters():
            p.grad = None

    def extra_repr(self) -> str:
        """What stands between the brackets of a layer without children."""
        return ""

    def __repr__(self) -> str:
        lines = [f"  ({name}): " + repr(m).replace("\n", "\n  ") for name, m in self.children()]
        inside = "\n" + "\n".join(lines) + "\n" if lines else self.extra_repr()
        return f"{type(self).__name__}({inside})"


def _array(value: Any) -> np.ndarray:
    return value.data if isinstance(value, Tensor) else np.asarray(value)


def _refuse_loose_parameters(owner: Module, name: str, value: Any) -> None:
    """A list of tensors would silently be neither trained nor saved."""
    items = value if isinstance(value, list | tuple) and not name.startswith("_") else ()
    if any(isinstance(v, Tensor) and v.requires_grad and v.record is None for v in items):
        raise TypeError(
            f"{type(owner).__name__}.{name} is a list of parameters: give each an attribute of its "
            "own, or make a list of modules"
        )


def _put(owner: Module, attribute: str, array: np.ndarray) -> None:
    """Replace the numbers of a parameter (the Tensor stays the same one) or a buffer."""
    value = getattr(owner, attribute)
    if isinstance(value, Tensor):
        value.data, value.grad = array, None
    else:
        setattr(owner, attribute, array)


def functional_call(module: Module, parameters: Mapping[str, Any], *args: Any) -> Any:
    """What ``module`` would give if the named parameters were these; the module stays as it is.

    With it a model becomes a function of its weights, to be checked or differentiated as such.

    Args:
        module: the layer or model.
        parameters: tensors by name; parameters that are not named keep their own values.
        *args: what the module is called with.

    Examples:
        >>> from book_code import nn
        >>> layer = nn.Linear(2, 1, bias=False, rng=np.random.default_rng(0))
        >>> functional_call(layer, {"weight": Tensor([[1.0, 1.0]])}, Tensor([3.0, 4.0]))
        Tensor([7.])
    """
    places = {name: (owner, attribute) for name, owner, attribute in module._state()}
    if unknown := [name for name in parameters if name not in places]:
        raise ValueError(f"{type(module).__name__} has no parameter {', '.join(unknown)}")
    new = {id(getattr(*places[name])): value for name, value in parameters.items()}
    old = [(place, value) for place in places.values() if id(value := getattr(*place)) in new]
    try:
        for (owner, attribute), value in old:
            setattr(owner, attribute, new[id(value)])
        return module(*args)
    finally:
        for (owner, attribute), value in old:
            setattr(owner, attribute, value)


def check_sizes(name: str, *sizes: Any) -> None:
    """Raise, in the name of a layer, unless all sizes are whole numbers from 1 on.

    >>> check_sizes("Linear", 3, 0)
    Traceback (most recent call last):
    ValueError: Linear expected sizes of at least 1, got 3, 0
    """
    if any(not isinstance(n, int | np.integer) or n < 1 for n in sizes):
        raise ValueError(
            f"{name} expected sizes of at least 1, got {', '.join(map(str, sizes))}"
        )


def floating_input(layer: Module, x: Any, parameter: Tensor) -> Tensor:
    """The input of a layer as a tensor of the type of its parameters.

    Raises:
        TypeError: when the input holds integers: pixels from 0 to 255 and labels are the usual cause.

    Examples:
        >>> floating_input(Module(), np.ones(2), Tensor(np.float32(0))).dtype.name
        'float32'
    """
    x = x if isinstance(x, Tensor) else Tensor(x)
    if x.dtype.kind != "f":
        raise TypeError(
            f"{type(layer).__name__} expected floating-point inputs, got {x.dtype}: "
            f"convert them, x.astype(np.{parameter.dtype})"
            + (", and divide pixels by 255" if x.dtype == np.uint8 else "")
        )
    return x if x.dtype == parameter.dtype else x.astype(parameter.dtype)


def floats(layer: Module, x: Any) -> Tensor:
    """The input of a layer without parameters, as a tensor of its own floating-point type.

    >>> floats(Module(), [1.0]).dtype.name
    'float64'
    """
    x = x if isinstance(x, Tensor) else Tensor(x)
    return floating_input(layer, x, x if x.dtype.kind == "f" else Tensor(np.float32(0)))
