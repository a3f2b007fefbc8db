"""Runs the reader's Python: in Pyodide (browser and Node) and, for the tests, natively.

>>> kernel = Kernel()
>>> kernel.run("x = 2\\nprint('hello')\\nx * 21", "answer")
[{'kind': 'text', 'stream': 'stdout', 'text': 'hello\\n'}, {'kind': 'value', 'text': '42'}]
"""

import ast
import contextlib
import importlib
import io
import json
import os
import re
import sys
import time
import types

from .exercise_checks import Checks, run_checks
from .exercise_guard import Guard
from .friendly_errors import describe_error, remember_source
from .inspection import complete, describe

MAX_TEXT = 20_000  # characters of text and values a cell may show from its start
MAX_END = 5_000  # and of what is printed after them, the end
MAX_IMAGES = 12
MAX_ROWS = 1_000
MAX_PIECES = 500  # that are told as they come; after them one in so many seconds
PAUSE = 0.2
PLOTTING = re.compile(r"\b(matplotlib|plt|plotting)\b")

os.environ.setdefault("MPLBACKEND", "agg")
GUARD = Guard()  # before any code of a reader


def packages_needed(code):
    """The Pyodide packages to load before this code runs; NumPy and book_code always are."""
    return ["matplotlib"] if PLOTTING.search(code) else []


class Outputs(list):
    """What one run has shown so far, in order. `listener` hears of every piece as JSON."""

    def __init__(self, listener=None):
        super().__init__()
        self.listener = listener
        self.room = MAX_TEXT
        self.images = 0
        self.pieces = 0
        self.told = 0.0  # when the last piece was
        self.waiting = ""  # text that has not been told yet
        self.end = None  # what comes after the room is used up

    def add(self, **output):
        self.finish()
        self.append(output)
        self._tell(output)

    def text(self, stream, text):
        kept, rest = text[: self.room], text[self.room :]
        self.room -= len(kept)
        if kept:
            self._join(stream, kept)
        if rest:
            self._hold(stream, rest)

    def value(self, value):
        if hasattr(value, "_repr_table_"):
            table = value._repr_table_()
            rows = [[str(cell) for cell in row] for row in table["rows"][:MAX_ROWS]]
            self.add(kind="table", columns=[str(c) for c in table["columns"]], rows=rows)
        elif text := shorten(repr(value), max(self.room, MAX_END)):
            self.room = max(self.room - len(text), 0)
            self.add(kind="value", text=text)

    def figure(self, figure):
        self.images += 1
        if self.images <= MAX_IMAGES:
            alt = alt_text(figure)
            self.add(kind="image", mime="image/svg+xml", data=to_svg(figure, alt), alt=alt)
        elif self.images == MAX_IMAGES + 1:
            note = f"Only the first {MAX_IMAGES} figures are shown.\n"
            self.add(kind="text", stream="stderr", text=note)

    def finish(self):
        """Tell what waits, and put the end of what was too long in its place."""
        if self.waiting:
            self._tell_text()
        if self.end is not None:
            self.append(self.end)
            self._tell(self.end)
            self.end = None

    def _join(self, stream, text):
        last = self[-1] if self else {}
        if last.get("kind") == "text" and last["stream"] == stream:
            last["text"] += text
        else:
            if self.waiting:
                self._tell_text()
            self.append({"kind": "text", "stream": stream, "text": text})
        self.waiting += text
        if self._is_due():
            self._tell_text()

    def _hold(self, stream, text):
        """Keep the end of this text, and count what is dropped."""
        if self.waiting:
            self._tell_text()
        if self.end is None:
            self.end = {"kind": "cut", "stream": stream, "left": 0, "text": ""}
        joined = self.end["text"] + text
        self.end["text"] = joined[-MAX_END:]
        self.end["left"] += len(joined) - len(self.end["text"])
        if self._is_due():
            self._tell(self.end)

    def _is_due(self):
        return self.pieces < MAX_PIECES or time.monotonic() - self.told > PAUSE

    def _tell_text(self):
        text, self.waiting = self.waiting, ""
        self._tell({"kind": "text", "stream": self[-1]["stream"], "text": text})

    def _tell(self, output):
        self.pieces += 1
        self.told = time.monotonic()
        if self.listener is not None:
            self.listener(json.dumps(output))


class Now:
    """What runs now. Loggers and functions of an earlier cell show what they have to show here."""

    outputs = None


class Stream(io.TextIOBase):
    """Stands for stdout or stderr, so that both arrive in the order they were written."""

    encoding = "utf-8"

    def __init__(self, name):
        self.stream = name
        self.line = ""

    def writable(self):
        return True

    def write(self, text):
        self.line += text
        if "\n" in text or len(self.line) > 1_000:
            self.flush()
        return len(text)

    def flush(self):
        text, self.line = self.line, ""
        if Now.outputs is not None:
            Now.outputs.text(self.stream, text)


class Kernel:
    """One namespace that the cells of a page share, and fresh ones for exercises."""

    def __init__(self, listener=None):
        self.listener = listener
        self.reset()

    def reset(self):
        self.main = types.ModuleType("__main__")

    def run(self, code, cell_id):
        """Run a cell; give its outputs."""
        outputs = Outputs(self.listener)
        self._run_into(outputs, self.main, code, f"<cell {cell_id}>")
        outputs.finish()
        return list(outputs)

    def check(self, spec, code):
        """Run an answer and the exercise's public and hidden tests on it, every one of them."""
        outputs = Outputs(self.listener)
        main = types.ModuleType("__main__")
        name = spec.get("id", "answer")
        checks = Checks(GUARD)
        importlib.import_module(
            "book_code"
        )  # so that the guard knows it before the answer does
        GUARD.learn()
        restore = GUARD.restore  # of what the answer may change: its own name
        restore()
        try:
            runs = self._run_into(outputs, main, code, f"<exercise {name}>")
        finally:
            changed = restore()
        checks.record_changes(changed)
        if runs:
            self._test(spec, name, main, checks, outputs)
            outputs.finish()
        else:
            error = outputs[-1]
            message = f"{error['name']}: {error['message']} {error['hint']}".strip()
            checks.record("your code runs", False, message)
        passed = bool(checks.results) and all(result["passed"] for result in checks.results)
        return {"passed": passed, "results": checks.results, "outputs": list(outputs)}

    def _test(self, spec, name, main, checks, outputs):
        restore = checks.guard.restore
        try:
            with self._capture(outputs, main):
                for part, hidden in (("tests", False), ("hidden", True)):
                    checks.hidden = hidden
                    run_checks(
                        spec.get(part) or "", main.__dict__, checks, f"<exercise {name}>"
                    )
        finally:
            changed = restore()
        checks.record_changes(changed)

    def run_json(self, code, cell_id):
        return json.dumps(self.run(code, cell_id))

    def check_json(self, spec_json, code):
        return json.dumps(self.check(json.loads(spec_json), code))

    def ask_json(self, question, code, cursor):
        """What the editor asks of the page's variables while the reader writes."""
        answers = {"complete": complete, "describe": describe}
        return json.dumps(answers[question](self.main.__dict__, code, cursor))

    def call_json(self, module, function, arguments_json):
        """What an explorable asks of its Python half: a function of JSON values."""
        target = getattr(importlib.import_module(module), function)
        return json.dumps(target(*json.loads(arguments_json)))

    def add_module(self, name, source):
        """Make a Python source importable under a name."""
        module = types.ModuleType(name)
        filename = f"<{name}>"
        remember_source(filename, source)
        sys.modules[name] = module
        exec(compile(source, filename, "exec"), module.__dict__)

    def _run_into(self, outputs, main, code, filename):
        """Execute; a last expression's value is shown. False when an error was added instead."""
        remember_source(filename, code)
        main.__dict__.pop("__warningregistry__", None)  # a second run warns like the first
        try:
            with self._capture(outputs, main):
                prepare_figures(code)
                body, last = split_last_expression(ast.parse(code, filename))
                exec(compile(body, filename, "exec"), main.__dict__)
                if last is not None:
                    value = eval(compile(last, filename, "eval"), main.__dict__)
                    show(value, outputs)
                show_figures(outputs)
        except BaseException as error:  # also what Stop raises, and exit()
            close_figures()
            outputs.add(kind="error", **describe_error(error, filename, main.__dict__))
            return False
        return True

    @contextlib.contextmanager
    def _capture(self, outputs, main):
        streams = Stream("stdout"), Stream("stderr")
        before = sys.modules.get("__main__"), sys.stdin
        Now.outputs = outputs
        sys.modules["__main__"], sys.stdin = main, io.StringIO()  # nobody can type into it
        try:
            with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
                yield
        finally:
            sys.modules["__main__"], sys.stdin = before
            for stream in streams:
                stream.flush()
            Now.outputs = None


def prepare_figures(code):
    """Where the code may draw: the book's style, and show() puts the figures where it is called."""
    if not packages_needed(code):
        return
    with contextlib.suppress(ImportError):
        import matplotlib.pyplot as plt

        importlib.import_module("book_code.plotting").use_book_style()
        plt.show = lambda *args, **kwargs: show_figures(Now.outputs)


def show(value, outputs):
    """Show the value of a last expression."""
    if value is None:
        return
    flush_streams()
    if not is_drawing(value):
        outputs.value(value)
    elif hasattr(value, "savefig") and value not in open_figures():
        outputs.figure(value)


def show_figures(outputs):
    flush_streams()
    for figure in open_figures():
        outputs.figure(figure)
    close_figures()


def flush_streams():
    sys.stdout.flush()
    sys.stderr.flush()


def shorten(text, most):
    """The start and the end of a text that is too long."""
    if len(text) <= most:
        return text
    half = most // 2
    left = f"\n[… {len(text) - 2 * half:,} characters are left out here …]\n"
    return text[:half] + left + text[-half:]


def split_last_expression(tree):
    """The statements, and the last one as an expression if it is one."""
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return tree, None
    last = tree.body.pop()
    return tree, ast.Expression(last.value)


def is_drawing(value):
    """Whether this is a Matplotlib object, or a sequence of them: drawn, not printed."""
    if isinstance(value, (list, tuple)) and value:
        return all(is_drawing(item) for item in value)
    return type(value).__module__.partition(".")[0] == "matplotlib"


def open_figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    return [pyplot.figure(number) for number in pyplot.get_fignums()] if pyplot else []


def close_figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot:
        pyplot.close("all")


def to_svg(figure, alt):
    """The figure as SVG text in the book's colours."""
    return importlib.import_module("book_code.plotting").to_svg(figure, alt)


def alt_text(figure):
    """What a reader who cannot see the figure hears: its label, or its titles and axes."""
    if label := figure.get_label():
        return str(label)
    parts = [figure.get_suptitle()]
    for axes in figure.axes:
        across, up = axes.get_xlabel(), axes.get_ylabel()
        names = f"{up} against {across}" if across and up else across or up
        title = next(filter(None, map(axes.get_title, ("center", "left", "right"))), "")
        parts.append(": ".join(part for part in (title, names) if part))
    said = "; ".join(part for part in parts if part)
    return f"Figure: {said}" if said else "Figure drawn by the code above"
