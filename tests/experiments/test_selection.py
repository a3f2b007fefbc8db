"""Choices are made on validation data: no value that comes from the test split reaches a choice.

A value comes from the test split if it was read from `.test`, from a metric or variable whose name
begins with `test`, or was computed from such a value. A choice is `min`, `max` or `sorted` with a
key, `argmin`, `argmax` over scores, or a branch: `if` and `while` (early stopping is one).
"""

import ast
from pathlib import Path

import pytest

from book_code.experiments import _runner

pytestmark = pytest.mark.native

FOLDER = Path(_runner.__file__).parent
FILES = sorted(FOLDER.glob("*.py"))
CLEAN = ("train", "validation", "parameters", "seconds", "model", "rate", "shape")
CHOOSERS = {"min", "max", "sorted", "argmin", "argmax"}
# What only words the finding: functions that read results, after all that is trained.
WORDING = {"best", "plot", "describe", "words", "say"}


def faults(source):
    """The lines at which something from the test split reaches a choice, function by function."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [
        f"line {line} of {function.name}"
        for function in functions
        if function.name not in WORDING
        for line in Function(function).faults()
    ]


class Function:
    """The names of a function that hold something from the test split, and where they choose."""

    def __init__(self, node):
        self.node = node
        self.has_no_test_split = any(map(_test_is_validation, ast.walk(node)))
        self.spoiled = {arg.arg for arg in node.args.args if _is_test(arg.arg)}
        before = -1
        while before != len(self.spoiled):  # until nothing is added: loops carry values back
            before = len(self.spoiled)
            for part in ast.walk(node):
                self.follow(part)

    def follow(self, part):
        """Note the names that a statement fills from the test split."""
        if isinstance(part, ast.Assign):
            for target in part.targets:
                self.assign(target, part.value)
        elif isinstance(part, (ast.AugAssign, ast.AnnAssign, ast.NamedExpr)) and part.value:
            self.assign(part.target, part.value)
        elif isinstance(part, (ast.For, ast.comprehension)):
            of_items = isinstance(part.iter, ast.Call) and _called(part.iter) == "items"
            pair = of_items and isinstance(part.target, ast.Tuple)
            # the keys of a table of scores are no scores
            self.assign(part.target.elts[-1] if pair else part.target, part.iter)
        elif (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr in ("append", "extend", "add", "update", "setdefault")
            and any(map(self.from_test, part.args))
        ):
            self.spoil(part.func.value)

    def assign(self, target, value):
        pairs = [(target, value)]
        both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        # Else it is a loop over pairs that are written out.
        if both and len(target.elts) == len(value.elts):
            pairs = zip(target.elts, value.elts, strict=True)
        for one, from_value in pairs:
            if self.from_test(from_value):
                self.spoil(one)

    def spoil(self, target):
        """A container is as spoiled as what is put into it; `self.x` is left alone."""
        while isinstance(target, (ast.Subscript, ast.Starred)):
            target = target.value
        if isinstance(target, ast.Tuple):
            for one in target.elts:
                self.spoil(one)
        elif isinstance(target, ast.Name) and target.id != "result":
            self.spoiled.add(target.id)

    def from_test(self, node):
        """Whether an expression reads the test split, or a name that holds something of it."""
        if isinstance(node, ast.Lambda):
            return False
        if isinstance(node, ast.Attribute):
            if node.attr == "test" or (_is_test(node.attr) and not self.has_no_test_split):
                return True
            return not node.attr.startswith(CLEAN) and self.from_test(node.value)
        if isinstance(node, ast.Name):
            return node.id in self.spoiled or _is_test(node.id)
        if isinstance(node, ast.Call) and _called(node) in ("mean", "sd") and node.args:
            return _names_test_metric(node.args[0])
        return any(map(self.from_test, ast.iter_child_nodes(node)))

    def faults(self):
        for part in ast.walk(self.node):
            if isinstance(part, ast.Call) and _called(part) in CHOOSERS:
                keys = [word.value for word in part.keywords if word.arg == "key"]
                if _called(part) in ("argmin", "argmax"):  # scores.argmin(), np.argmin(scores)
                    chosen = [part.func.value, *part.args]
                    if _over_classes(part):
                        continue
                elif keys:
                    bodies = [key.body for key in keys if isinstance(key, ast.Lambda)]
                    chosen = [*part.args, *(bodies or keys)]
                else:
                    continue
                if any(map(self.from_test, chosen)):
                    yield part.lineno
            elif isinstance(part, (ast.If, ast.While, ast.IfExp)) and self.from_test(part.test):
                yield part.lineno


def _is_test(name):
    return name == "test" or (
        name.startswith("test_") and name not in ("test_size", "test_points")
    )


def _test_is_validation(node):
    """`replace(data, test=data.validation)`: what is then called test accuracy is of validation."""
    return (
        isinstance(node, ast.keyword)
        and node.arg == "test"
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "validation"
    )


def _called(call):
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _over_classes(call):
    """`outputs.argmax(1)` and `argmax(axis=1)` read a label off; they choose nothing."""
    return bool(call.keywords) or any(isinstance(arg, ast.Constant) for arg in call.args)


def _names_test_metric(node):
    if isinstance(node, ast.JoinedStr):
        node = node.values[0] if node.values else node
    return isinstance(node, ast.Constant) and _is_test(str(node.value).split("{")[0])


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_no_choice_is_made_with_the_test_split(path):
    assert faults(path.read_text("utf-8")) == []


PLANTED = {
    "the best learning rate on the test split": """
def run(config):
    scores = {}
    for rate in config.rates:
        scores[rate] = accuracy(train(rate), data.test)
    return max(scores, key=scores.get)
""",
    "in a loop over pairs that are written out": """
def run(config):
    scores = {}
    for name, rate in (("low", 0.1), ("middle", 0.3), ("high", 1.0)):
        scores[name] = accuracy(train(rate), data.test)
    return max(scores, key=scores.get)
""",
    "through names": """
def run(config):
    x, y = flat(data.test), data.test.y
    found = []
    for rate in config.rates:
        wrong = error(x @ train(rate), y)
        found.append((wrong, rate))
    return sorted(found, key=lambda pair: pair[0])[0]
""",
    "the accuracy that a trial reports": """
def choose(trials):
    return max(trials, key=lambda trial: trial.test_accuracy)
""",
    "early stopping": """
def fit(model, data):
    while loss(model, data.test) > 0.1:
        step(model)
""",
    "the best epoch": """
def fit(model, data):
    best = 100
    for epoch in range(9):
        wrong = error(model, data.test)
        if wrong < best:
            best = wrong
""",
    "a metric of the result": """
def choose(result, ways):
    return min(ways, key=lambda way: result.mean(f"test_error_{way}"))
""",
    "argmin over an array of scores": """
def choose(rates, data):
    scores = [score(rate, data.test) for rate in rates]
    return rates[np.argmin(scores)]
""",
    "a split handed over": """
def choose(rates, test):
    scores = {rate: score(rate, test) for rate in rates}
    return min(scores, key=scores.__getitem__)
""",
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_choice_on_the_test_split_is_found(fault):
    assert faults(PLANTED[fault]), fault
    clean = PLANTED[fault].replace("test_error", "validation_error")
    clean = clean.replace("test_accuracy", "validation_accuracy")
    clean = clean.replace("data.test", "data.validation").replace(", test)", ", validation)")
    assert faults(clean) == []


def test_the_choices_of_the_book_are_found_when_they_are_spoiled():
    """The real code with its validation scores swapped for those of the test split."""
    sweep = (FOLDER / "_sweep.py").read_text("utf-8")
    old = "scores[rate] = trial.validation_accuracy[-1]"
    assert sweep.count(old) == 1
    assert faults(sweep.replace(old, "scores[rate] = trial.test_accuracy"))
    features = (FOLDER / "cnn_features.py").read_text("utf-8")
    old = "replace(data, test=data.validation)"
    assert features.count(old) == 1
    assert faults(features.replace(old, "replace(data, test=data.test)"))
    linear = (FOLDER / "perceptron_mnist.py").read_text("utf-8")
    old = "scores[rate] = error(validation @ w.T, data.validation.y)"
    assert linear.count(old) == 1
    assert faults(linear.replace(old, old.replace("validation", "test")))
