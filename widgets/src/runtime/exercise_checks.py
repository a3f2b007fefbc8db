"""The tests of an exercise: expectations whose messages teach, and a runner that stops at no failure.

An answer runs in the same Python as its tests, so a lock it cannot be; but no answer passes by a trick that
a reader may try, or may use without knowing. Refused, with words that say so:

- printing what a report looks like: the report goes another way;
- changing NumPy, the builtins, book_code or this checker, in the answer, in a cell before it, or in a
  function that the tests call (see exercise_guard.py);
- giving a name that the tests use, `abs` or `np`, another meaning;
- replacing or deleting an `expect_...`, or leaving the tests by exit();
- values that claim to equal everything, where `expect_equal` compares: it asks the expected value;
- arrays of a class of one's own, whose operations lie: their numbers are taken out before comparing.

Not worth refusing: reading the tests, which are in the page, and answering them case by case; an object
whose comparisons lie inside `expect_true(f(x) > 0, ...)`; changing the inputs in place; searching memory or the
stack for the list of results. Whoever can do these can do the exercise, and cheats nobody else.
"""

import ast
import sys
import types

import numpy as np

from .exercise_guard import disguised
from .friendly_errors import describe_error, remember_source


class Checks:
    """Collects one result for every check."""

    def __init__(self, guard=None):
        self.guard = guard
        self.results = []
        self.hidden = False
        self.statement = None  # of the tests, the one that runs
        self.lost = set()  # names that a statement of the tests should have made, and did not

    def record(self, name, passed, message=""):
        self.results.append(
            {
                "name": str(name),
                "passed": bool(passed),
                "message": message,
                "hidden": self.hidden,
            }
        )

    def stay_honest(self):
        """Put back what a function of the answer has changed while the tests called it."""
        if self.guard:
            self.record_changes(self.guard.restore())

    def record_changes(self, changed):
        if changed:
            names = ", ".join(f"`{name}`" for name in sorted(set(changed))[:3])
            self.record(
                "Python and NumPy stay as they are", False, f"the answer changes {names}"
            )

    def expect_equal(self, got, want, what, rtol=1e-6, atol=1e-8):
        self.stay_honest()
        message = difference(got, want, rtol, atol)
        self.record(what, not message, message)

    def expect_shape(self, got, shape, what):
        self.stay_honest()
        message = unfinished(got) or shape_difference(
            np.asarray(plain(got)).shape, tuple(shape)
        )
        self.record(what, not message, message)

    def expect_true(self, condition, message):
        self.stay_honest()
        if np.all(plain(condition)):  # the message tells of a failure: say what holds instead
            self.record(condition_of(self.statement, message) or message, True)
        else:
            self.record(message, False, message)

    def expect_gradient(self, f, x, g, what, eps=1e-5, rtol=1e-4, atol=1e-6):
        """Compare the gradient g of the scalar function f at x with central differences."""
        self.stay_honest()
        message = gradient_difference(f, x, g, eps, rtol, atol)
        self.record(what, not message, message)


EXPECTATIONS = ("expect_equal", "expect_shape", "expect_true", "expect_gradient")
NOTHING = "this is None: is a `return` missing? A variable: has it no value yet?"
DOTS = "this is still `...`: put your answer in its place"
AGAIN = "the same error as above"
NOT_REACHED = "not reached: a step of the tests before it failed"


def run_checks(source, namespace, checks, filename):
    """Run the tests statement by statement; one that raises counts as failed, the next still runs."""
    sys.settrace(None)
    sys.setprofile(None)
    expectations = {name: handed(checks, name) for name in EXPECTATIONS}
    namespace.update(expectations)
    remember_source("<tests>", source)
    answers = set(namespace)  # the names that are not the tests' own
    tree = ast.parse(source, "<tests>")
    for name in disguised(namespace, tree):
        said = f"the tests need `{name}` in its usual meaning: choose another name"
        checks.record(f"`{name}` is what it always is", False, said)
    for statement in tree.body:
        before = len(checks.results)
        checks.statement = statement
        try:
            exec(compile(ast.Module([statement], []), "<tests>", "exec"), namespace)
            if isinstance(statement, ast.Assert):
                checks.record(name_of(statement), True)
            checks.lost -= names_in(statement, ast.Store)
        except KeyboardInterrupt:
            checks.record(
                name_of(statement), False, "stopped: it ran too long. Does a loop never end?"
            )
            return
        except BaseException as error:
            reached = not (isinstance(error, NameError) and error.name in checks.lost)
            if len(checks.results) == before or not isinstance(statement, ast.Expr):
                said = in_words(error, filename, namespace) if reached else NOT_REACHED
                again = reached and any(said == result["message"] for result in checks.results)
                checks.record(name_of(statement), False, AGAIN if again else said)
            forget(statement, namespace, answers, checks)
        checks.stay_honest()
        if any(namespace.get(name) is not given for name, given in expectations.items()):
            namespace.update(expectations)
            checks.record(name_of(statement), False, "the answer replaces what tests it")


def handed(checks, name):
    """An expectation as the tests get it: a function that does not lead to the results."""
    expect = getattr(checks, name)

    def expectation(*arguments, **options):
        expect(*arguments, **options)

    return expectation


def forget(statement, namespace, answers, checks):
    """After a step of the tests has failed: what it makes or changes is no longer to be judged."""
    if isinstance(statement, ast.Assert) or is_expectation(statement):
        return
    lost = names_in(statement, ast.Store)
    if isinstance(statement, ast.Expr):  # a call like (x * y).backward() changes what it names
        lost = {n for n in names_in(statement, ast.Load) if is_thing(namespace.get(n))}
    for name in lost - answers:
        namespace.pop(name, None)
        checks.lost.add(name)


def names_in(statement, context):
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in nodes if isinstance(node.ctx, context)}


def is_thing(value):
    return not isinstance(value, (type, types.ModuleType, types.FunctionType, types.MethodType))


def is_expectation(statement):
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and getattr(call.func, "id", "") in EXPECTATIONS


def condition_of(statement, message):
    """The source of the condition of the expect_true with this message, in a statement of the tests."""
    calls = [node for node in ast.walk(statement or ast.Pass()) if isinstance(node, ast.Call)]
    calls = [
        call for call in calls if getattr(call.func, "id", "") == "expect_true" and call.args
    ]
    if len(calls) > 1:
        calls = [c for c in calls if any(getattr(a, "value", None) == message for a in c.args)]
    return first_line(calls[0].args[0]) if len(calls) == 1 else ""


def first_line(node):
    return ast.unparse(node).splitlines()[0][:80]


def in_words(error, filename, namespace):
    told = describe_error(error, filename, namespace)
    if isinstance(error, AssertionError):
        return told["message"] or "this should be true"
    place = f" in line {told['line']} of your code" if told["line"] else ""
    return f"{told['name']}{place}: {told['message']} {told['hint']}".strip()


def name_of(statement):
    """What a check looks at: the last text in its call, or the code itself."""
    if is_expectation(statement):
        constants = [a for a in statement.value.args if isinstance(a, ast.Constant)]
        texts = [a for a in constants if isinstance(a.value, str)]
        if texts:
            return texts[-1].value
    if isinstance(statement, ast.Assert) and isinstance(statement.msg, ast.Constant):
        return str(statement.msg.value)
    return first_line(statement)


def plain(value):
    """The array inside a Tensor, a model's output or a list; other values as they are."""
    if hasattr(value, "numpy"):
        value = value.detach().numpy() if hasattr(value, "detach") else value.numpy()
    return value


def is_numeric(value):
    try:
        return np.asarray(plain(value)).dtype.kind in "biufc"
    except ValueError:  # a ragged list
        return False


def unfinished(got):
    return NOTHING if got is None else DOTS if got is ... else ""


def difference(got, want, rtol, atol):
    """What is wrong with `got`, in words that help; nothing if it is right."""
    if want is not None and (message := unfinished(got)):
        return message
    if not is_numeric(want):
        return "" if same(got, want) else f"expected {want!r}, got {got!r}"
    if not is_numeric(got):
        return f"expected numbers, got {type(got).__name__}: {short(got)}"
    got, want = np.asarray(plain(got)), np.asarray(plain(want))
    if got.shape != want.shape:
        return shape_difference(got.shape, want.shape)
    if got.dtype in (np.float32, np.float16):
        rtol, atol = max(rtol, 1e-5), max(atol, 1e-6)
    return value_difference(got, want, rtol, atol)


def same(got, want):
    """Whether they are equal; what the answer gives is not asked whether it thinks so."""
    if isinstance(want, (list, tuple)) and isinstance(got, (list, tuple)):
        got = [*got]
        return len(got) == len(want) and all(map(same, got, want))
    if isinstance(want, dict) and isinstance(got, dict):
        got = dict(got.items())
        return len(got) == len(want) and all(k in got and same(got[k], want[k]) for k in want)
    if type(want).__module__ == "builtins":
        return type(want).__eq__(want, got) is True
    return bool(np.all(want == got))


def shape_difference(got, want):
    if got == want:
        return ""
    return f"expected shape {want}, got {got}{shape_hint(got, want)}"


def shape_hint(got, want):
    if len(got) > 1 and got == want[::-1]:
        return ": transposed?"
    if sorted(got) == sorted(want):
        return ": are the axes in another order?"
    if got == () or want == ():
        return (
            ": is a sum or a mean missing?"
            if want == ()
            else ": is everything summed, instead of one axis?"
        )
    if tuple(n for n in got if n != 1) == tuple(n for n in want if n != 1):
        return (
            ": an axis of length 1 is missing (keepdims=True keeps it)"
            if len(got) < len(want)
            else ": an axis of length 1 is left over"
        )
    if np.prod(got) == np.prod(want):
        return ": the same numbers; is a reshape missing?"
    if len(got) == len(want) and got[1:] == want[1:]:
        return ": is the first axis, the batch, right?"
    return ""


def value_difference(got, want, rtol, atol):
    def close(a, b):
        return np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True)

    if close(got, want):
        return ""
    place = first_difference(got, want, rtol, atol)
    if not np.all(np.isfinite(got)) and np.all(np.isfinite(want)):
        return f"{place}: a division by zero, or exp or log of something too large or 0?"
    if "b" in (got.dtype.kind, want.dtype.kind):  # yes or no: no sign, no factor
        return place
    if close(got, -want):
        return f"{place}: the sign is turned round"
    if got.ndim == 2 and got.shape[0] == got.shape[1] and close(got.T, want):
        return f"{place}: transposed?"
    return place + ratio_hint(got, want, close)


def first_difference(got, want, rtol, atol):
    if got.ndim == 0:
        return f"expected {number(want)}, got {number(got)}"
    wrong = ~np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True)
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    where = ", ".join(map(str, index))
    part = f"expected {number(want[index])} at [{where}], got {number(got[index])}"
    return f"{part} ({int(wrong.sum())} of {got.size} differ)" if got.size > 1 else part


def ratio_hint(got, want, close):
    """Whether all values are wrong by one factor, or by one number added."""
    big = np.abs(want).argmax()
    scale = want.flat[big]
    if scale and (ratio := got.flat[big] / scale) and close(got, want * ratio):
        n = max(ratio, 1 / ratio)
        if round(float(n), 3) in {float(size) for size in (got.size, *got.shape)} - {1.0}:
            return (
                ": a sum where a mean belongs?"
                if ratio > 1
                else ": a mean where a sum belongs?"
            )
        return (
            f": every value is {number(ratio)} times what it should be"
            if got.size > 1 or n in (2, 3, 4)
            else ""
        )
    if got.size > 1 and close(got - got.flat[0], want - want.flat[0]):
        return f": every value is off by {number(got.flat[0] - want.flat[0])}"
    return ""


def gradient_difference(f, x, g, eps, rtol, atol):
    if g is None:
        return "there is no gradient: the result is None"
    x = np.array(plain(x), dtype=np.float64)
    g = np.asarray(plain(g), dtype=np.float64)
    if message := shape_difference(g.shape, x.shape):
        return f"a gradient has the shape of what it belongs to: {message}"
    measured = np.empty_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        measured[index] = (scalar(f(up)) - scalar(f(down))) / (2 * eps)
    if message := value_difference(g, measured, rtol, atol):
        return f"compared with moving x a little and looking at f: {message}"
    return ""


def scalar(value):
    return float(np.asarray(plain(value)).reshape(()))


def number(value):
    return f"{value.item():.6g}" if value.dtype.kind == "f" else str(value.item())


def short(value, longest=60):
    text = repr(value)
    return text if len(text) <= longest else text[:longest] + "..."
