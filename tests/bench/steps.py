"""One training step (forward, backward, update; float32, one thread) in NumPy, in PyTorch, and in what else a reader may pick.

Every entry of STEPS makes the step functions of one model; they share their data. A step function is called without
arguments and returns nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from book_code import build, losses, nn, optim

Step = Callable[[], Any]
BATCH: dict[str, int] = {"mlp": 64, "lenet": 64, "resnet20": 16, "lstm": 32, "gpt": 8}


def data(model: str) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and labels of a model's batch."""
    rng = np.random.default_rng(0)
    n = BATCH[model]
    if model == "gpt":
        tokens = rng.integers(0, 65, size=(n, 129))
        return tokens[:, :-1], tokens[:, 1:]
    shape = {"mlp": (784,), "lenet": (1, 28, 28), "resnet20": (3, 32, 32), "lstm": (50, 128)}
    return rng.random((n, *shape[model]), dtype=np.float32), rng.integers(0, 10, size=n)


SETTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "mlp": ("mlp", {"hidden": (256,)}),
    "lenet": ("lenet5", {}),
    "resnet20": ("resnet20", {}),
    "gpt": ("gpt-nano-cpu", {"positions": 128}),
}


def numpy_step(model: str) -> Step:
    """The step of the book's NumPy version."""
    rng = np.random.default_rng(0)
    x, y = data(model)
    if model == "lstm":
        net: Any = nn.Sequential(LastState(rng), nn.Linear(128, 10, rng=rng))
    else:
        name, settings = SETTINGS[model]
        net = build(name, rng=rng, **settings)
    optimizer = optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

    def step() -> None:
        loss = losses.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


class LastState(nn.Module):
    """An LSTM whose last output goes on: (N, 50, 128) -> (N, 128)."""

    def __init__(self, rng: np.random.Generator):
        super().__init__()
        self.lstm = nn.LSTM(128, 128, rng=rng)

    def forward(self, x: Any) -> Any:
        """The last output."""
        return self.lstm(x).outputs[:, -1]


def torch_step(model: str) -> Step:
    """The step of the book's PyTorch version (of torch.nn.LSTM for the LSTM)."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    torch.manual_seed(0)
    x, y = map(torch.from_numpy, data(model))
    if model == "lstm":
        net: Any = torch.nn.ModuleList(
            [torch.nn.LSTM(128, 128, batch_first=True), torch.nn.Linear(128, 10)]
        )

        def outputs() -> Any:
            return net[1](net[0](x)[0][:, -1])

    else:
        name, settings = SETTINGS[model]
        net = build(name, "torch", rng=np.random.default_rng(0), **settings)

        def outputs() -> Any:
            out = net(x)
            return out.mT if out.ndim == 3 else out

    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

    def step() -> None:
        loss = functional.cross_entropy(outputs(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def autograd_step(model: str) -> Step | None:
    """The step in NumPy with the package `autograd` (HIPS): for the MLP and the LSTM, which it can write in a few lines."""
    if model not in ("mlp", "lstm"):
        return None
    import autograd.numpy as anp
    from autograd import grad

    rng = np.random.default_rng(0)
    x, y = data(model)
    one_hot = np.eye(10, dtype=np.float32)[y]
    shapes = {
        "mlp": [(784, 256), (256,), (256, 10), (10,)],
        "lstm": [(128, 512), (128, 512), (512,), (128, 10), (10,)],
    }
    weights = [0.05 * rng.standard_normal(s, dtype=np.float32) for s in shapes[model]]
    velocity = [np.zeros_like(w) for w in weights]

    def log_likelihood(z: Any) -> Any:
        z = z - anp.max(z, axis=1, keepdims=True)
        return anp.sum(z * one_hot) - anp.sum(anp.log(anp.sum(anp.exp(z), axis=1)))

    def mlp(w: Any) -> Any:
        return -log_likelihood(anp.maximum(x @ w[0] + w[1], 0) @ w[2] + w[3]) / len(x)

    def lstm(w: Any) -> Any:
        h = c = np.zeros((len(x), 128), np.float32)
        inputs = anp.dot(x, w[0]) + w[2]
        for t in range(x.shape[1]):
            z = inputs[:, t] + anp.dot(h, w[1])
            i, f, o = (1 / (1 + anp.exp(-z[:, k : k + 128])) for k in (0, 128, 384))
            c = f * c + i * anp.tanh(z[:, 256:384])
            h = o * anp.tanh(c)
        return -log_likelihood(anp.dot(h, w[3]) + w[4]) / len(x)

    gradient = grad({"mlp": mlp, "lstm": lstm}[model])

    def step() -> None:
        for k, g in enumerate(gradient(weights)):
            velocity[k] = 0.9 * velocity[k] + g
            weights[k] = weights[k] - np.float32(0.01) * velocity[k].astype(np.float32)

    return step


def loops_step(model: str) -> Step | None:
    """The step as it is often written by hand for teaching, one example (and one pixel) after the other."""
    if model == "mlp":
        return _mlp_by_examples()
    return _lenet_by_pixels() if model == "lenet" else None


def _mlp_by_examples() -> Step:
    """Back-propagation example by example and unit by unit, as in many tutorials."""
    rng = np.random.default_rng(0)
    x, y = data("mlp")
    w1, w2 = (0.05 * rng.standard_normal(s, dtype=np.float32) for s in ((256, 784), (10, 256)))

    def step() -> None:
        g1, g2 = np.zeros_like(w1), np.zeros_like(w2)
        for a, label in zip(x, y, strict=True):
            h = np.array([max(0.0, float(np.dot(row, a))) for row in w1], np.float32)
            z = np.array([float(np.dot(row, h)) for row in w2], np.float32)
            p = np.exp(z - z.max())
            p /= p.sum()
            p[label] -= 1
            for k in range(10):
                g2[k] += p[k] * h
            back = np.array([float(np.dot(w2[:, j], p)) for j in range(256)]) * (h > 0)
            for j in range(256):
                g1[j] += back[j] * a
        w1[:] -= 0.01 * g1 / len(x)
        w2[:] -= 0.01 * g2 / len(x)

    return step


def _lenet_by_pixels() -> Step:
    """The two convolutions of LeNet-5 forward, with loops over pictures, filters and places: less than a step."""
    rng = np.random.default_rng(0)
    x, _ = data("lenet")
    w1 = rng.standard_normal((6, 1, 5, 5), dtype=np.float32)
    w2 = rng.standard_normal((16, 6, 5, 5), dtype=np.float32)

    def convolve(images: np.ndarray, filters: np.ndarray) -> np.ndarray:
        n, _, h, w = images.shape
        o, _, kh, kw = filters.shape
        out = np.zeros((n, o, h - kh + 1, w - kw + 1), np.float32)
        for a, b, i, j in np.ndindex(*out.shape):
            out[a, b, i, j] = np.sum(images[a, :, i : i + kh, j : j + kw] * filters[b])
        return out

    def step() -> None:
        padded = np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2)))
        first = np.tanh(convolve(padded, w1))
        pooled = first.reshape(len(x), 6, 14, 2, 14, 2).mean(axis=(3, 5))
        convolve(pooled, w2)

    return step


KINDS: dict[str, Callable[[str], Step | None]] = {
    "numpy": numpy_step,
    "torch": torch_step,
    "autograd": autograd_step,
    "loops": loops_step,
}
NAMES = {
    "mlp": "MLP 784-256-10, batch 64",
    "lenet": "LeNet-5, batch 64",
    "resnet20": "ResNet-20, batch 16",
    "lstm": "LSTM 128, 50 steps, batch 32",
    "gpt": "GPT 4x128, 128 tokens, batch 8",
}
