"""Runs inside Pyodide while the image is made: imports what it holds, and leaves nothing else behind."""

import dis
import gc
import importlib
import itertools
import json
import linecache
import pkgutil
import re
import sys
import types

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
SHORTEST = 40  # of the docstrings that are brought later
HAS_DOCSTRING = 0x4000000  # a flag of code
BEFORE = []  # the loaders as they were
# numpy.ma writes its own docstrings from these, and will not load without them.
KEPT = {
    "arange", "clip", "empty", "empty_like", "frombuffer", "fromfunction", "identity", "indices",
    "ones", "ones_like", "squeeze", "zeros", "zeros_like"
}  # fmt: skip


def fill():
    """Import everything; give what the self-test answers."""
    for name in [*COMMON, *NUMPY, "book_code", *(f"book_code.{room}" for room in BOOK)]:
        importlib.import_module(name)
    sys.path.insert(0, KERNEL)
    for module in pkgutil.iter_modules([f"{KERNEL}/book_kernel"]):
        importlib.import_module(f"book_kernel.{module.name}")
    sys.path.remove(KERNEL)  # the worker adds it, as after a plain start
    import book_image
    import fast_numpy

    fast_numpy.remember()  # the worker finds it there when it installs the kernels

    try:
        exec(compile("1 / 0", "<warm>", "exec"))
    except ZeroDivisionError:
        import traceback

        traceback.format_exc()
    return book_image.rehearse()


def fill_drawing():
    """Import Matplotlib as a cell does, and draw once, so that what a first drawing prepares is there."""
    import book_image
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    from matplotlib import font_manager

    from book_code import plotting

    with mpl.rc_context():
        plotting.use_book_style()
        figure, axes = plt.subplots()
        axes.plot([1, 3, 2], label="line")
        axes.imshow([[0, 1], [2, 3]])
        axes.set(title="title", xlabel="across", ylabel="up")
        axes.legend()
        plotting.to_svg(figure, "")
        plt.close("all")
    answer = book_image.rehearse()
    font_manager._get_font.cache_clear()  # they hold open files
    return answer


def docstrings():
    """What the imported functions and classes say of themselves, by module and name."""
    import book_image

    found = {}
    for owner in book_image.documented():
        text = owner.__doc__
        if isinstance(text, str) and len(text) >= SHORTEST:
            found.setdefault(owner.__module__, {})[owner.__qualname__] = text
    return json.dumps(found)


def leave_docstrings_out():
    """From now on modules are loaded without them."""
    from importlib import _bootstrap_external as files
    from zipimport import zipimporter

    for loader in (files.SourcelessFileLoader, files.SourceLoader, zipimporter):
        BEFORE.append((loader, loader.get_code))
        loader.get_code = lambda self, name, get=loader.get_code: bare(get(self, name))


def bare(code):
    """The same code, and all code inside it, without docstrings."""
    if code is None:
        return code
    consts = [bare(c) if isinstance(c, types.CodeType) else c for c in code.co_consts]
    flags = code.co_flags
    if flags & HAS_DOCSTRING and code.co_name not in KEPT:
        consts[0], flags = None, flags & ~HAS_DOCSTRING
    if "__doc__" in code.co_names:  # of a module or a class
        for one, two in itertools.pairwise(dis.get_instructions(code)):
            if (two.opname, two.argval) == (
                "STORE_NAME",
                "__doc__",
            ) and one.opname == "LOAD_CONST":
                consts[one.arg] = None
    return code.replace(co_consts=tuple(consts), co_flags=flags)


def clear():
    """Drop what only the making of the image needed."""
    for loader, get_code in BEFORE:
        loader.get_code = get_code
    BEFORE.clear()
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
