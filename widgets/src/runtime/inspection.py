"""What the editor asks while a reader writes: how a name goes on, and what a name stands for.

Nothing of the reader's is called: attributes that are computed (properties) are not looked into.
"""

import builtins
import inspect
import keyword
import re
from itertools import pairwise

import numpy as np

NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
UNFINISHED = re.compile(r"([A-Za-z_]\w*\.)*(\w*)$")
MOST_NAMES = 400
MOST_TEXT = 300  # characters of a value or of a signature
SIDE = 24  # squares of an array's picture, bars of its histogram
MISSING = object()


def complete(namespace, code, cursor):
    """Names that may go on at the cursor: how many letters stand already, and of each name what it is.

    >>> answer = complete({"weights": 1}, "y = weig", 8)
    >>> answer["begun"], [option["label"] for option in answer["options"]]
    (4, ['weights'])
    """
    found = UNFINISHED.search(code[:cursor])
    path, begun = found[0].rpartition(".")[0], found[2]
    if code[: found.start()].endswith("."):
        names = []  # of a number, or of what a call gives
    elif path:
        owner = resolve(namespace, path)
        names = [] if owner is MISSING else safely(dir, owner, otherwise=[])
    else:
        names = [*namespace, *dir(builtins), *keyword.kwlist]
    private = begun.startswith("_")
    names = sorted({n for n in names if n.startswith(begun) and (private or n[:1] != "_")})
    prefix = f"{path}." if path else ""
    options = [
        {"label": name, **kind_of(resolve(namespace, prefix + name))}
        for name in names[:MOST_NAMES]
    ]
    return {"begun": len(begun), "options": options}


def describe(namespace, code, cursor):
    """What the name under the cursor stands for; None where it stands for nothing yet.

    >>> describe({"x": 3}, "x + 1", 0)
    {'name': 'x', 'type': 'int', 'text': '3'}
    """
    name = name_at(code, cursor)
    value = resolve(namespace, name) if name else MISSING
    if value is MISSING:
        return None
    said = {"name": name, "type": type(value).__name__}
    array = numbers(value)
    if array is not None:
        with np.errstate(all="ignore"):  # of very large numbers the mean is infinite
            return said | {"array": picture(array)}
    if callable(value) or inspect.ismodule(value):
        home = getattr(value, "__module__", None) or ""
        full = (
            value.__name__
            if inspect.ismodule(value)
            else f"{home}.{getattr(value, '__qualname__', '')}"
        )
        return said | {
            "signature": signature(value, name.rpartition(".")[2]),
            "summary": (inspect.getdoc(value) or "")
            .strip()
            .split("\n\n")[0]
            .replace("\n", " "),
            "home": full if full.startswith("book_code") else "",
        }
    return said | {"text": clip(safely(repr, beginning(value), otherwise="…"))}


def name_at(code, cursor):
    """The dotted name under the cursor, up to the part that the cursor is in.

    >>> name_at("nn.Linear(3, 4)", 1), name_at("nn.Linear(3, 4)", 5), name_at("a + b", 2)
    ('nn', 'nn.Linear', '')
    """
    for found in NAME.finditer(code):
        if found.start() <= cursor <= found.end():
            end = code.find(".", cursor, found.end())
            name = code[found.start() : found.end() if end < 0 else end]
            before = code[: found.start()].rstrip()
            return "" if keyword.iskeyword(name) or before.endswith(".") else name
    return ""


def resolve(namespace, path):
    """The value of a dotted name, MISSING if it has none or only a computation would tell."""
    first, *rest = path.split(".")
    value = namespace[first] if first in namespace else getattr(builtins, first, MISSING)
    for name in rest:
        if value is MISSING:
            break
        value = attribute(value, name)
    return value


def attribute(owner, name):
    if inspect.ismodule(owner):
        return vars(owner).get(name, MISSING)  # a module may import what it is asked for
    static = inspect.getattr_static(owner, name, MISSING)
    of_class = inspect.getattr_static(type(owner), name, MISSING)
    computed = isinstance(of_class, property) or (of_class is MISSING and static is MISSING)
    if computed:
        return MISSING
    return safely(lambda: getattr(owner, name), otherwise=MISSING)


def kind_of(value):
    """What the list of names says beside a name."""
    if value is MISSING:
        return {"type": "keyword"}
    if inspect.ismodule(value):
        return {"type": "namespace"}
    if inspect.isclass(value):
        return {"type": "class"}
    if callable(value):
        return {"type": "function"}
    array = numbers(value)
    shape = "" if array is None else f" {tuple(array.shape)}"
    return {"type": "variable", "detail": type(value).__name__ + shape}


def signature(value, name):
    """How it is called, as text; empty where Python does not know.

    >>> signature(lambda x, *, rng=None: x, "draw")
    'draw(x, *, rng=None)'
    """
    if inspect.ismodule(value):
        return ""
    found = safely(bare_signature, value, otherwise="")
    if not found:  # functions in C say it in the first line of their text, or nowhere
        first = (inspect.getdoc(value) or "").split("\n")[0]
        return clip(first) if first.startswith(f"{name}(") else ""
    return clip(name + found)


def bare_signature(value):
    """Without types: what is said of an argument stands in the reference."""
    found = inspect.signature(value)
    bare = [each.replace(annotation=each.empty) for each in found.parameters.values()]
    return str(found.replace(parameters=bare, return_annotation=found.empty))


def numbers(value):
    """The numbers of an array or of a Tensor; None of anything else."""
    if type(value).__module__.startswith("book_code.autodiff"):
        value = getattr(value, "data", None)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return value
    return None


def picture(array):
    """Shape, type and range of an array, and what draws it: a small picture, or how its values spread.

    >>> seen = picture(np.array([[0.0, 1.0], [2.0, np.nan]]))
    >>> seen["shape"], seen["low"], seen["high"], seen["missing"], seen["image"]
    ([2, 2], 0.0, 2.0, 1, [[0, 128], [255, -1]])
    """
    values = array.astype(np.float64)
    finite = values[np.isfinite(values)]
    said = {
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "bytes": array.nbytes,
        "missing": int(values.size - finite.size),
    }
    if finite.size == 0:
        return said
    low, high = float(finite.min()), float(finite.max())
    said |= {"low": low, "high": high, "mean": float(finite.mean())}
    bars = ((finite - low) / ((high - low) or 1) * SIDE).astype(int).clip(0, SIDE - 1)
    said["histogram"] = np.bincount(bars, minlength=SIDE).tolist()
    if array.ndim >= 2 and min(array.shape[-2:]) > 1:
        page = values.reshape(-1, *array.shape[-2:])[0]
        said["page"] = [0] * (array.ndim - 2)
        said["image"] = shades(page, low, high)
    return said


def shades(page, low, high):
    """A matrix as at most SIDE x SIDE shades from 0 (the lowest) to 255; -1 where a number is missing."""
    rows, columns = (np.linspace(0, n, min(n, SIDE) + 1).astype(int) for n in page.shape)
    blocks = [[page[a:b, c:d].mean() for c, d in pairwise(columns)] for a, b in pairwise(rows)]
    scaled = np.round((np.array(blocks) - low) / ((high - low) or 1) * 255)
    return np.where(np.isfinite(scaled), scaled, -1).astype(int).tolist()


def beginning(value):
    """As much of a long one as can be shown."""
    sliced = type(value) in (list, tuple, str, bytes) and len(value) > MOST_TEXT
    return value[: MOST_TEXT + 1] if sliced else value


def clip(text):
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"


def safely(call, *arguments, otherwise=None):
    """What a call gives; `otherwise` when a reader's object breaks under it."""
    try:
        return call(*arguments)
    except Exception:
        return otherwise
