"""Keeps an answer from changing what it is judged by: NumPy, the builtins, book_code and the checker.

What they hold is written down before the first code of a reader runs. Before an answer runs it is put
back, so that a cell's changes do no harm; what the answer itself changes is put back too, and told.
"""

import ast
import builtins
import sys
import types

# The functions below use builtins of their own, which no answer changes.
__builtins__ = dict(vars(builtins))

KERNEL = __package__
GUARDED = ("numpy", "book_code", KERNEL, "builtins", "math", "random", "json", "ast", "types")
RUNS = (types.FunctionType, types.BuiltinFunctionType, type, types.ModuleType)
HIDDEN = ("__code__", "__defaults__", "__kwdefaults__")  # the inside of a function


class Guard:
    """Knows what the guarded modules and their classes hold."""

    def __init__(self):
        self.known = {}
        self.modules = {}
        self.learn()

    def learn(self):
        """Take in the modules that have been imported since."""
        for name, module in [*sys.modules.items()]:
            if (
                name in self.modules
                or not is_guarded(name)
                or not isinstance(module, types.ModuleType)
            ):
                continue
            self.modules[name] = module
            self._learn_names(module)

    def restore(self):
        """Put back what was changed; the names of it."""
        changed = [
            name for name, module in self.modules.items() if sys.modules.get(name) is not module
        ]
        sys.modules.update({name: self.modules[name] for name in changed})
        for owner, held in self.known.values():
            now = vars(owner)
            for name, (value, inside) in held.items():
                if now.get(name) is not value:
                    setattr(owner, name, value)
                    changed.append(f"{owner.__name__}.{name}")
                if inside and inside != inside_of(value):
                    for part, kept in zip(HIDDEN, inside, strict=True):
                        setattr(function_in(value), part, kept)
                    changed.append(f"{owner.__name__}.{name}")
        return changed

    def _learn_names(self, owner):
        if id(owner) in self.known:
            return
        held = {n: (v, inside_of(v)) for n, v in [*vars(owner).items()] if can_run(v)}
        self.known[id(owner)] = owner, held
        for value, _ in held.values():
            if isinstance(value, type) and is_guarded(value.__module__) and not is_fixed(value):
                self._learn_names(value)


def is_guarded(name):
    return any(name == root or name.startswith(f"{root}.") for root in GUARDED)


def can_run(value):
    """Functions, classes and modules; numbers, lists and caches may change."""
    return isinstance(value, RUNS) or type(value).__name__ in (
        "ufunc",
        "_ArrayFunctionDispatcher",
        "property",
    )


def is_fixed(kind):
    """Whether Python itself refuses to change this class."""
    return not kind.__flags__ & (1 << 9)  # Py_TPFLAGS_HEAPTYPE


def inside_of(value):
    function = function_in(value)
    return function and tuple(getattr(function, part) for part in HIDDEN)


def function_in(value):
    """The Python function that this is, or that NumPy's dispatcher calls."""
    if not isinstance(value, type):
        value = getattr(value, "__wrapped__", value)
    return value if isinstance(value, types.FunctionType) else None


def disguised(namespace, tests):
    """Names that the tests use in their usual meaning, and to which an answer has given another."""
    names = [node for node in ast.walk(tests) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    used = {node.id for node in names if node.id in namespace} - own
    wrong = [n for n in used if n in vars(builtins) and namespace[n] is not vars(builtins)[n]]
    wrong += [n for n in used & {"np", "numpy"} if namespace[n] is not sys.modules.get("numpy")]
    if namespace.get("__builtins__") not in (builtins, vars(builtins)):
        wrong.append("__builtins__")
    return sorted(wrong)
