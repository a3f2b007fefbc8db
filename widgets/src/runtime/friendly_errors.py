"""Errors as a reader can use them: their own line, Python's message, and a sentence that helps."""

import builtins
import difflib
import linecache
import re
import traceback

READERS = re.compile(r"<(cell|exercise) .*>")


def remember_source(filename, source):
    """Let tracebacks and inspect.getsource see code that is in no file."""
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)


def describe_error(error, filename, namespace):
    """Name, message, line in the code called `filename`, the reader's frames, and a hint."""
    name = type(error).__name__
    if isinstance(error, KeyboardInterrupt):
        return error_output("Stopped", "The code was stopped before it was done.", None, "", "")
    if isinstance(error, SyntaxError) and error.filename == filename:
        shown = "".join(traceback.format_exception_only(error)).strip()
        return error_output(name, error.msg, error.lineno, shown, hint_for(error, namespace))
    frames = [f for f in traceback.extract_tb(error.__traceback__) if READERS.match(f.filename)]
    own = [frame.lineno for frame in frames if frame.filename == filename]
    shown = "".join(
        ["Traceback (the lines of this page):\n", *plain_frames(frames), f"{name}: {error}"]
    )
    line = own[-1] if own else None
    return error_output(name, str(error), line, shown, hint_for(error, namespace))


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
    for kinds, hint in HINTS:
        if isinstance(error, kinds) and (said := hint(error, str(error), namespace)):
            return said
    return ""


def unknown_name(error, message, namespace):
    name = getattr(error, "name", None) or ""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    near = [*(frames[-1].f_locals if frames else ()), *namespace]
    same = [other for other in near if other.lower() == name.lower()]
    if same or (same := difflib.get_close_matches(name, [*near, *dir(builtins)], 1, 0.75)):
        return f"Did you mean `{same[0]}`?"
    if any(frame.f_code.co_filename.startswith("<exercise ") for frame in frames):
        return f"Nothing is called `{name}` here: an answer has only the names that it defines or imports."
    if any(frame.f_code.co_filename == "<tests>" for frame in frames):
        return f"The tests look for `{name}`: does your code define it?"
    return f"Nothing is called `{name}` yet: did you run the cells above, which define it?"


def missing_module(error, message, namespace):
    if (error.name or "").partition(".")[0] in ("torch", "torchvision"):
        return "PyTorch does not run in the browser: run this on your own computer."
    return "In the browser there are the standard library, NumPy, Matplotlib and book_code."


def bad_syntax(error, message, namespace):
    if isinstance(error, TabError) or "indent" in message:
        return "Lines of one block start in the same column: use four spaces, and no tabs."
    if "expected ':'" in message:
        return "Lines that open a block (def, if, for, while, class) end with a colon."
    if "was never closed" in message or "unexpected EOF" in message:
        return "A bracket or a quote is opened and not closed."
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
        return "In the browser an array can hold about two gigabytes at most."
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
    (
        MemoryError,
        always("The memory is full: in the browser it ends at two to four gigabytes."),
    ),
    (SystemExit, always("exit() ends nothing here: leave it out.")),
]
