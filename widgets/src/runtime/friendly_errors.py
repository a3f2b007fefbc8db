"""Errors as a reader can use them: their own line, Python's message, and a sentence that helps."""

import builtins
import contextlib
import difflib
import linecache
import re
import sys
import traceback

MEMORY = "2 GB"  # as the worker limits it
READERS = re.compile(r"<(cell|exercise) .*>")


def remember_source(filename, source):
    """Let tracebacks and inspect.getsource see code that is in no file."""
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)


def describe_error(error, filename, namespace):
    """Name, message, line in the code called `filename`, the reader's frames, and a hint."""
    name = type(error).__name__
    if isinstance(error, SyntaxError) and error.filename == filename:
        shown = "".join(traceback.format_exception_only(error)).strip()
        return error_output(name, error.msg, error.lineno, shown, hint_for(error, namespace))
    frames = [f for f in traceback.extract_tb(error.__traceback__) if READERS.match(f.filename)]
    own = [frame.lineno for frame in frames if frame.filename == filename]
    line = own[-1] if own else None
    if isinstance(error, KeyboardInterrupt):
        return error_output("Stopped", "The code was stopped before it was done.", line, "", "")
    message = text_of(error)
    shown = "".join(
        ["Traceback (the lines of this page):\n", *plain_frames(frames), f"{name}: {message}"]
    )
    return error_output(name, message, line, shown, hint_for(error, namespace))


def text_of(error, longest=2000):
    """What the error says; its own code makes the text, and may fail in turn."""
    try:
        text = str(error)
    except BaseException as another:
        return f"(its text cannot be made: {type(another).__name__})"
    if isinstance(error, SystemExit) and text == "None":
        return ""
    if isinstance(error, ModuleNotFoundError) and text.startswith("The module '"):
        return (
            f"No module named {error.name!r}"  # Pyodide says how it would be loaded elsewhere
        )
    return text if len(text) <= longest else f"{text[:longest]}…"


def error_output(name, message, line, shown, hint):
    return {"name": name, "message": message, "line": line, "traceback": shown, "hint": hint}


def plain_frames(frames, longest=20):
    """A frame as two lines; without the marks under the code, which differ between Pythons."""
    lines = [f"  {f.filename}, line {f.lineno}, in {f.name}\n    {f.line}\n" for f in frames]
    if len(lines) > longest:
        half = longest // 2
        lines[half:-half] = [f"  ... {len(lines) - longest} more ...\n"]
    return lines


def hint_for(error, namespace):
    """A friendly sentence for a common mistake, or ""."""
    message = text_of(error)
    with contextlib.suppress(Exception):  # the error's attributes may be the reader's code
        for kinds, hint in HINTS:
            if isinstance(error, kinds) and (said := hint(error, message, namespace)):
                return said
    return ""


def unknown_name(error, message, namespace):
    name = getattr(error, "name", None) or ""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    near = [*(frames[-1].f_locals if frames else ()), *namespace]
    same = [other for other in near if other.lower() == name.lower()]
    if same or (same := difflib.get_close_matches(name, [*near, *dir(builtins)], 1, 0.75)):
        return f"Did you mean `{same[0]}`?"
    if name in ("exit", "quit"):
        return "A page has no program to end: leave it out, or return from a function."
    if any(frame.f_code.co_filename.startswith("<exercise ") for frame in frames):
        return f"Nothing is called `{name}` here: an answer has only the names that it defines or imports."
    if any(frame.f_code.co_filename == "<tests>" for frame in frames):
        return f"The tests look for `{name}`: does your code define it?"
    return f"Nothing is called `{name}` yet: did you run the cells above, which define it?"


TORCH = {"torch", "torchvision", "torchaudio"}
NETWORK = {"requests", "httpx", "aiohttp", "urllib3", "websockets", "socket", "ssl"}
PROCESSES = {"multiprocessing", "_multiprocessing", "_posixsubprocess", "_posixshmem"}
NO_NETWORK = (
    "Python in a page opens no connections: put the data into the code, or take what "
    "book_code.data has."
)
NO_PROCESSES = (
    "A page has one Python and one thread: do the work in a plain loop, or with NumPy."
)
OFFERED = ["numpy", "matplotlib", "book_code"]


def missing_module(error, message, namespace):
    name = error.name or ""
    top = name.partition(".")[0]
    if top in TORCH:
        return "PyTorch does not run in the browser: run this on your own computer."
    if top in NETWORK:
        return NO_NETWORK
    if top in PROCESSES:
        return NO_PROCESSES
    if not isinstance(error, ModuleNotFoundError) and name in sys.modules:
        wanted = re.search(r"import name '(\w+)'", message)
        near = difflib.get_close_matches(
            wanted[1] if wanted else "", dir(sys.modules[name]), n=1, cutoff=0.6
        )
        return f"Did you mean `{near[0]}`?" if near else f"`{name}` has no such name."
    near = difflib.get_close_matches(top, [*OFFERED, *sys.stdlib_module_names], 1, 0.75)
    if near and near[0] != top:
        return f"Did you mean `{near[0]}`?"
    return (
        "In the browser there are the standard library, NumPy, Matplotlib and book_code; "
        "other packages run on your own computer."
    )


def wrong_system(error, message, namespace):
    """What the reader's machine lets a program do, and a page does not."""
    if "support processes" in message or "fork" in message:
        return NO_PROCESSES
    if (
        isinstance(error, ConnectionError)
        or "urlopen" in message
        or "connect" in message.lower()
    ):
        return NO_NETWORK
    if isinstance(error, FileNotFoundError) and str(error.filename).startswith("/lib/python"):
        return "A part of Python could not be fetched: is the connection lost? Run this again."
    if isinstance(error, FileNotFoundError):
        return (
            "The page sees no files of your computer. What the code writes itself is there "
            "until Python starts anew."
        )
    return ""


def wrong_state(error, message, namespace):
    if "start new thread" in message:
        return NO_PROCESSES
    if "changed size during iteration" in message:
        return "The loop changes what it goes through: go through a copy, list(d)."
    if (
        "event loop" in message
        or "run_until_complete" in message
        or "WebAssembly stack switching" in message
    ):
        return "Code that waits (async, await) does not run in a cell: call plain functions."
    return ""


def no_memory(error, message, namespace):
    asked = re.search(r"Unable to allocate ([\d.]+ \w+)", message)
    start = f"This asks for {asked[1]}, and a" if asked else "The memory is full: a"
    return (
        f"{start} page has {MEMORY}. Take fewer numbers at a time, or dtype=np.float32, which needs half; "
        "`del name` gives back what is no longer needed, Start Python anew (in the corner) everything."
    )


def bad_syntax(error, message, namespace):
    if isinstance(error, TabError) or "indent" in message:
        return "Lines of one block start in the same column: use four spaces, and no tabs."
    if "expected ':'" in message:
        return "Lines that open a block (def, if, for, while, class) end with a colon."
    if "was never closed" in message or "unexpected EOF" in message:
        return "A bracket or a quote is opened and not closed."
    if "'await' outside" in message or ("'async" in message and "outside" in message):
        return "Code that waits (async, await) does not run in a cell: call plain functions."
    if message.startswith("Missing parentheses"):
        return "print is a function: its arguments stand in round brackets."
    if "Maybe you meant '=='" in message or "'=='" in message:
        return "One = gives a name to a value; two, ==, compare."
    return ""


def wrong_shapes(error, message, namespace):
    if found := re.search(r"\(size (\d+) is different from (\d+)\)", message):
        right, left = found.groups()
        return (
            f"A product (n, k) @ (k, m) needs equal inner sizes; here they are {left} on the left "
            f"and {right} on the right. Print both shapes: one of them may want a transpose, .T."
        )
    if found := re.search(r"shapes (\(.*?\)) and (\(.*?\)) not aligned", message):
        return (
            "The last axis of the left array must be as long as the first axis of the right one; "
            f"the shapes are {found[1]} and {found[2]}. One of them may want a transpose, .T."
        )
    if "could not be broadcast together" in message or "could not broadcast" in message:
        return (
            "Shapes are compared from the right; two sizes fit if they are equal or one of them is 1. "
            "A new axis, x[:, None], or keepdims=True often helps."
        )
    if "cannot reshape array" in message:
        return "The new shape must hold as many numbers as the old one; -1 lets NumPy work out one axis."
    if "truth value of an array" in message:
        return "`if` wants one yes or no and the array holds many: say .any() or .all()."
    if "array is too big" in message:
        return no_memory(error, message, namespace)
    if "not enough values to unpack" in message or "too many values to unpack" in message:
        return "The left side has another number of names than the right side has values."
    return ""


def wrong_type(error, message, namespace):
    if "NoneType" in message:
        return "Something is None: a function without `return` gives None, and so does .sort() or .append()."
    if "missing" in message and "argument" in message:
        return "The call leaves out an argument; look at the line with `def`."
    if "positional argument" in message and "given" in message:
        return (
            "The call gives more arguments than the function takes; methods take `self` first."
        )
    if "not callable" in message:
        return "Round brackets call a function: is a comma or a * missing before them, or is a name used twice?"
    if "concatenate str" in message:
        return 'Text and numbers do not add up; an f-string mixes them: f"loss {loss}".'
    return ""


def missing_attribute(error, message, namespace):
    if "NoneType" in message:
        return wrong_type(error, message, namespace)
    names = dir(error.obj) if getattr(error, "obj", None) is not None else []
    near = difflib.get_close_matches(error.name or "", names, n=1, cutoff=0.7)
    return f"Did you mean `.{near[0]}`?" if near else ""


def wrong_index(error, message, namespace):
    if "too many indices" in message:
        return "There are more indices than axes: print the shape."
    return (
        "Counting starts at 0, so the last of n elements has the index n - 1; -1 means it too."
    )


def always(sentence):
    return lambda error, message, namespace: sentence


HINTS = [
    (NameError, unknown_name),  # before what it is a kind of
    (ImportError, missing_module),
    (SyntaxError, bad_syntax),
    (ValueError, wrong_shapes),
    (TypeError, wrong_type),
    (AttributeError, missing_attribute),
    (IndexError, wrong_index),
    (KeyError, always("This key is not in the dictionary: print list(d) to see which are.")),
    (ZeroDivisionError, always("Something is divided by zero: is a list or a batch empty?")),
    (RecursionError, always("A function calls itself without end: when does it stop?")),
    (RuntimeError, wrong_state),
    (MemoryError, no_memory),
    (
        SystemExit,
        always("A page has no program to end: leave exit() out, or return from a function."),
    ),
    (
        EOFError,
        always("Nobody can type into running code: write the value into it, `name = ...`."),
    ),
    (OSError, wrong_system),
]
