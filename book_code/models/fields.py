"""Check the fields of a configuration, so that a wrong one is named where it was written."""

import dataclasses
import types
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ..names import unknown


def check_fields(config: Any) -> None:
    """Raise if a field of the dataclass `config` holds a value that its annotation does not allow.

    Every configuration calls it in `__post_init__`; numbers must besides be positive, or zero for a float.

    Raises:
        TypeError: for a value of another type.
        ValueError: for a choice that is not offered, or a number that is out of range.
    """
    hints = get_type_hints(type(config))
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        _check(f"{type(config).__name__}.{field.name}", value, hints[field.name])


def override(config: Any, fields: dict[str, Any]) -> Any:
    """Return the configuration with some fields replaced.

    Raises:
        TypeError: for a field that the configuration does not have; the message names the nearest.

    >>> from book_code.models.lenet import LeNetConfig
    >>> override(LeNetConfig(), {"poling": "max"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    TypeError: unknown field of LeNetConfig 'poling'; did you mean 'pooling'? ...
    """
    known = [field.name for field in dataclasses.fields(config)]
    for name in fields:
        if name not in known:
            raise TypeError(unknown(f"field of {type(config).__name__}", name, known))
    return dataclasses.replace(config, **fields)


def _check(name: str, value: Any, hint: Any) -> None:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        if value not in args:
            raise ValueError(unknown(name, value, [str(choice) for choice in args]))
    elif origin is tuple:
        fixed = args[-1] is not Ellipsis
        if not isinstance(value, tuple) or (fixed and len(value) != len(args)):
            count = f"{len(args)} values" if fixed else "any number of values"
            raise TypeError(f"{name} must be a tuple of {count}; got {value!r}")
        for index, item in enumerate(value):
            _check(f"{name}[{index}]", item, args[index if fixed else 0])
    elif origin in (Union, types.UnionType):
        if value is not None or type(None) not in args:
            _check(name, value, args[0])
    else:
        _check_number(name, value, hint)


def _check_number(name: str, value: Any, kind: Any) -> None:
    allowed = (int, float) if kind is float else (kind,)
    if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(
            f"{name} must be {_article(kind)}; got {value!r} ({type(value).__name__})"
        )
    if kind is int and value < 1:
        raise ValueError(f"{name} must be at least 1; got {value}")
    if kind is float and not 0 <= value < float("inf"):
        raise ValueError(f"{name} must be a number from 0; got {value}")


def _article(kind: Any) -> str:
    return {"int": "an integer", "float": "a number", "bool": "True or False"}.get(
        kind.__name__, f"a {kind.__name__}"
    )
