"""Writes what the explorables on the page are checked against, computed by book_code.

    python tests/golden/make.py            # writes the files
    python tests/golden/make.py --check    # says which of them are out of date, and fails if one is

The explorables compute in TypeScript, so that they answer at once. Their tests compare with these files, and
tests/golden/test_golden.py sees to it that these files are what book_code computes today.
"""

import importlib.util
import itertools
import json
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np

import book_code
from book_code.autodiff import Tensor
from book_code.autodiff.functional import avg_pool2d, conv2d, max_pool2d
from book_code.autodiff.micro import Value
from book_code.data import load
from book_code.models.perceptron import Perceptron
from book_code.models.registry import weights_path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DATA = ROOT / "widgets" / "src" / "core" / "data"  # shown on the page, too


def perceptron() -> list[dict[str, Any]]:
    """Return every update of Rosenblatt's rule on several sets of points, and their margins."""
    rng = np.random.default_rng(0)
    corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    cases = {gate: (corners, signs) for gate, signs in GATES.items()}
    for i in range(6):
        x = np.round(rng.uniform(-2, 2, (10, 2)), 2)
        normal, offset = rng.normal(size=2), rng.normal() / 2
        cases[f"random-{i}"] = (x.tolist(), np.where(x @ normal + offset > 0, 1, -1).tolist())
    noisy = np.round(rng.uniform(-2, 2, (8, 2)), 2)
    cases["not-separable"] = (noisy.tolist(), [1, -1, 1, -1, 1, -1, 1, -1])
    return [one_perceptron(name, x, y) for name, (x, y) in cases.items()]


GATES = {
    "and": [-1, -1, -1, 1],
    "or": [-1, 1, 1, 1],
    "nand": [1, 1, 1, -1],
    "xor": [-1, 1, 1, -1],
}
EPOCHS = 40


def one_perceptron(name: str, x: list[list[float]], y: list[int]) -> dict[str, Any]:
    model = Perceptron().astype(np.float64)
    updates = []
    for epoch, i in itertools.product(range(EPOCHS), range(len(x))):
        if model.update(np.array(x[i], dtype=np.float64), y[i]):
            weights = [*model.weight.data.tolist(), float(model.bias.data)]
            updates.append({"epoch": epoch + 1, "index": i, "after": weights})
    by_epoch = Perceptron().astype(np.float64).fit(np.array(x), np.array(y), EPOCHS)
    case = {"name": name, "x": x, "y": y, "updates": updates, "by_epoch": by_epoch}
    return {**case, "margin": margin(np.array(x), np.array(y))}


def margin(x: np.ndarray, y: np.ndarray) -> float:
    """Return the largest margin in (x, 1), by brute force over the at most three points that hold it."""
    z = y[:, None] * np.column_stack([x, np.ones(len(x))])
    best = 0.0
    for size in (1, 2, 3):
        for chosen in itertools.combinations(range(len(z)), size):
            rows = z[list(chosen)]
            direction = np.linalg.pinv(rows) @ np.ones(size)  # shortest of score 1 at each
            if np.allclose(rows @ direction, 1) and (z @ direction).min() > 1 - 1e-9:
                best = max(best, 1 / float(np.linalg.norm(direction)))
    return best


EXPRESSIONS = [
    ("L = (tanh(w*x + b) - y)**2", {"w": 0.5, "x": 2.0, "b": -0.4, "y": 1.0}),
    ("L = (w*x + b - y)**2", {"w": 2.0, "x": 1.5, "b": -1.0, "y": 1.0}),
    ("L = x*x + w*x", {"x": 3.0, "w": 2.0}),
    ("h1 = w*x; h2 = w*h1; h3 = w*h2; L = w*h3", {"w": 0.5, "x": 2.0}),
    ("L = (tanh(w*x + b) - y)**2", {"w": 3.0, "x": 2.0, "b": 0.5, "y": -1.0}),
    ("L = (relu(w*x + b) - y)**2", {"w": 0.5, "x": 2.0, "b": -3.0, "y": 1.0}),
    ("p = 1/(1 + exp(-(w*x + b))); L = -log(p)", {"w": 1.0, "x": 2.0, "b": -1.5}),
    ("a/b - a*b + -a**2", {"a": 1.7, "b": -0.6}),
    ("x**3 - x**-1 + 2/x - x/3", {"x": 1.3}),
    ("s = x + y; d = x - y; s*d/(s*s + d*d + 1)", {"x": 0.7, "y": -1.1}),
    ("exp(tanh(x)*log(y)) * relu(x - y) + relu(y - x)", {"x": 0.3, "y": 2.5}),
    ("-x**2 - -x", {"x": 4.0}),
    ("a - b - c/d/e", {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0, "e": 5.0}),
]


def graph() -> list[dict[str, Any]]:
    """Return value and gradients of expressions, by the scalar engine."""
    functions = {
        name: lambda v, name=name: getattr(v, name)() for name in ("tanh", "exp", "log", "relu")
    }
    cases = []
    for text, inputs in EXPRESSIONS:
        space: dict[str, Any] = {name: Value(value) for name, value in inputs.items()}
        *first, last = text.split(";")
        for statement in first:
            exec(statement.strip(), functions, space)
        output = eval(last.split("=", 1)[-1].strip(), functions, space)
        output.backward()
        gradients = {name: space[name].grad for name in inputs}
        cases.append(
            {"expression": text, "inputs": inputs, "value": output.data, "gradients": gradients}
        )
    return cases


def convolution() -> list[dict[str, Any]]:
    """Return outputs of conv2d and of both poolings for every way to slide."""
    rng = np.random.default_rng(1)
    cases = []
    ways = itertools.product((1, 2, 3, 5), (1, 2, 3), ("valid", "same", "full", 1, 2), (1, 2))
    for kernel, stride, padding, dilation in ways:
        if (padding == "same" and stride > 1) or dilation * (kernel - 1) + 1 > 8:
            continue
        x = np.round(rng.uniform(0, 1, (8, 8)), 2)
        w = np.round(rng.normal(size=(kernel, kernel)), 2)
        y = conv2d(
            Tensor(x[None, None]), Tensor(w[None, None]), None, stride, padding, dilation
        )
        case = {
            "stride": stride,
            "padding": str(padding),
            "dilation": dilation,
            "output": y.numpy()[0, 0].tolist(),
        }
        if y.shape[-1] >= 2:
            case["max"] = max_pool2d(y, 2).numpy()[0, 0].tolist()
            case["avg"] = avg_pool2d(y, 2).numpy()[0, 0].tolist()
        cases.append({"image": x.tolist(), "kernel": w.tolist(), **case})
    return cases


STACKS = {
    "lenet5": (32, [(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1)]),
    "vgg": (16, [(3, 1, 1)] * 4),
    "strided": (31, [(3, 2, 1)] * 3),
    "dilated": (32, [(3, 1, 1), (3, 1, 2), (3, 1, 4), (3, 1, 8)]),
    "holes": (24, [(3, 1, 2)] * 3),
}


def receptive() -> list[dict[str, Any]]:
    """Return the gradient of one output unit at the input, with every weight 1, along one axis."""
    cases = []
    for name, (size, layers) in STACKS.items():
        x = Tensor(np.zeros((1, 1, 1, size)), requires_grad=True)
        y = x
        for kernel, stride, dilation in layers:
            ones = Tensor(np.ones((1, 1, 1, kernel)))
            y = conv2d(y, ones, None, (1, stride), 0, (1, dilation))
        index = y.shape[-1] // 2
        y[0, 0, 0, index].backward()
        stack = [
            dict(zip(("kernel", "stride", "dilation"), layer, strict=True)) for layer in layers
        ]
        ways = x.grad.numpy()[0, 0, 0].astype(int).tolist()
        cases.append(
            {
                "name": name,
                "input": size,
                "layers": stack,
                "output": y.shape[-1],
                "index": index,
                "ways": ways,
            }
        )
    return cases


def digits() -> list[list[list[int]]]:
    """Return the first test picture of each of the 8x8 digits, in its 16 levels of grey."""
    test = load("digits").test
    return [
        np.rint(test.x[test.y == digit][0, 0] * 16).astype(int).tolist() for digit in range(10)
    ]


def lenet_filters() -> list[list[list[float]]]:
    """Return the filters of the first layer of the LeNet-5 that ships with the book; none before it is trained."""
    if not weights_path("lenet5", "mnist").exists():
        return []
    weights = book_code.load("lenet5", "mnist").state_dict()["conv1.weight"]
    return np.round(np.asarray(weights)[:, 0].astype(float), 3).tolist()


DRAWINGS = {  # lines from point to point, in pixels
    "three": [
        [(8, 6), (15, 4), (19, 8), (17, 12), (12, 13), (18, 15), (20, 20), (15, 24), (8, 22)]
    ],
    "seven": [[(7, 6), (20, 6), (15, 14), (12, 24)], [(10, 14), (18, 14)]],
    "corner": [[(2, 2), (6, 1), (8, 4), (7, 6), (5, 7), (8, 8), (9, 11), (6, 13), (2, 12)]],
    "half": [
        [(9, 5), (8, 12), (13, 14), (18, 13)],
        [(18, 4), (18, 13), (17, 24)],
        [(9, 5), (17, 4)],
    ],
}
GREYS = 15


def drawings() -> dict[str, list[list[int]]]:
    """Return the pictures that the drawing board begins with, drawn with a soft pen."""
    return {
        name: np.rint(GREYS * drawn(lines)).astype(int).tolist()
        for name, lines in DRAWINGS.items()
    }


def drawn(lines: list[list[tuple[float, float]]]) -> np.ndarray:
    y, x = np.mgrid[0:28, 0:28] + 0.5
    ink = np.zeros((28, 28))
    for line in lines:
        for (x1, y1), (x2, y2) in itertools.pairwise(line):
            dx, dy = x2 - x1, y2 - y1
            along = np.clip(((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy), 0, 1)
            distance = np.hypot(x - x1 - along * dx, y - y1 - along * dy)
            ink = np.maximum(ink, np.clip(1.75 - distance, 0, 1))
    return ink


def lenet_reading() -> dict[str, Any] | None:
    """Return what the board's Python half says of its first picture, shown before any Python loads."""
    if not weights_path("lenet5", "mnist").exists():
        return None
    return board.read((np.array(drawings()["three"]) / GREYS).ravel().tolist(), True)


def board_module() -> Any:
    path = ROOT / "widgets" / "src" / "elements" / "lenet" / "model.py"
    spec = importlib.util.spec_from_file_location("lenet_board", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


board = board_module()


def playground_first() -> dict[str, Any]:
    """Return what the playground's Python half says of its first setting, shown before any Python loads."""
    folder = ROOT / "widgets" / "src" / "elements" / "playground"
    package = types.ModuleType("first_kernel")
    package.__path__ = []
    sys.modules["first_kernel"] = package
    for name in ("playground_points", "playground_exports", "playground"):
        path = folder / f"{name.removeprefix('playground_').replace('playground', 'model')}.py"
        spec = importlib.util.spec_from_file_location(f"first_kernel.{name}", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        setattr(package, name, module)
        spec.loader.exec_module(module)
    return sys.modules["first_kernel.playground"].show(FIRST_SETTING, True)


# What widgets/src/core/playground.ts begins with.
FIRST_SETTING = {
    "data": "circle",
    "task": "classification",
    "noise": 0,
    "share": 0.5,
    "seed": 0,
    "own": [],
    "features": ["x1", "x2"],
    "layers": [{"units": 4, "act": "tanh", "drop": 0}],
    "opt": "adam",
    "lr": 0.1,
    "batch": 10,
    "l1": 0,
    "l2": 0,
}

FILES = {
    HERE / "perceptron.json": perceptron,
    HERE / "graph.json": graph,
    HERE / "convolution.json": convolution,
    HERE / "receptive.json": receptive,
    DATA / "digits.json": digits,
    DATA / "lenet-filters.json": lenet_filters,
    DATA / "drawings.json": drawings,
    DATA / "lenet-reading.json": lenet_reading,
    DATA / "playground-first.json": playground_first,
}


def stale(path: Path, wanted: Any) -> bool:
    """Say whether a file is missing or holds something else; the last digits of numbers may differ."""
    if not path.exists():
        return True
    return not same(json.loads(path.read_text()), json.loads(json.dumps(wanted)))


def same(a: Any, b: Any) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) or isinstance(b, float):
        return bool(np.isclose(a, b, rtol=1e-9, atol=1e-12))
    return bool(a == b)


def main() -> int:
    old = [path for path, make in FILES.items() if stale(path, make())]
    for path in old:
        if "--check" in sys.argv:
            print(f"{path.relative_to(ROOT)} is not what book_code computes")
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(FILES[path](), separators=(",", ":")) + "\n")
            print(f"wrote {path.relative_to(ROOT)}")
    return int(bool(old) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
