"""Runs inside Pyodide while the image is made: imports what it holds, and leaves nothing else behind."""

import gc
import importlib
import linecache
import pkgutil
import re
import sys

# What cells and NumPy itself use of the standard library; the rest comes after the first answer.
COMMON = [
    "abc", "ast", "bisect", "builtins", "collections", "contextlib", "copy", "csv",
    "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "gzip", "hashlib",
    "heapq", "inspect", "io", "itertools", "json", "linecache", "math", "operator", "os",
    "pathlib", "pprint", "random", "re", "statistics", "string", "struct", "sys", "textwrap",
    "time", "traceback", "types", "typing", "warnings"
]  # fmt: skip
NUMPY = [
    "numpy", "numpy.char", "numpy.exceptions", "numpy.fft",
    "numpy.lib.format", "numpy.lib.mixins", "numpy.lib.npyio",
    "numpy.lib.scimath", "numpy.lib.stride_tricks", "numpy.linalg",
    "numpy.ma", "numpy.random", "numpy.rec", "numpy.strings"
]  # fmt: skip
# Rooms of book_code that a reader's first cell may import; what needs PyTorch is never among them.
BOOK = [
    "autodiff", "data", "display", "init", "losses", "metrics", "names",
    "nn", "optim", "schedules", "training"
]  # fmt: skip
KERNEL = "/home/reader"


def fill():
    """Import everything; give what the self-test answers."""
    for name in [*COMMON, *NUMPY, "book_code", *(f"book_code.{room}" for room in BOOK)]:
        importlib.import_module(name)
    sys.path.insert(0, KERNEL)
    for module in pkgutil.iter_modules([f"{KERNEL}/book_kernel"]):
        importlib.import_module(f"book_kernel.{module.name}")
    sys.path.remove(KERNEL)  # the worker adds it, as after a plain start
    import book_image
    import fast_numpy  # noqa: F401  as the worker finds it when it installs the kernels

    try:
        exec(compile("1 / 0", "<warm>", "exec"))
    except ZeroDivisionError:
        import traceback

        traceback.format_exc()
    return book_image.self_test()


def clear():
    """Drop what only the making of the image needed."""
    importlib.invalidate_caches()
    while "" in sys.path:
        sys.path.remove("")  # loadPyodide inserts it when the image is restored
    linecache.clearcache()
    re.purge()
    for finder in list(sys.path_importer_cache.values()):
        if hasattr(finder, "invalidate_caches"):
            finder.invalidate_caches()
        if hasattr(finder, "_get_files"):
            finder._get_files()  # the library's directory: the library itself comes late
    sys._clear_internal_caches()
    main = sys.modules["__main__"].__dict__
    for name in [name for name in main if not name.startswith("__")]:
        del main[name]
    for _ in range(3):
        gc.collect()
