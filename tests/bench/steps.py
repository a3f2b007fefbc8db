"""One training step (forward, loss, backward, update; float32) in NumPy, in PyTorch, and in what else a reader may pick.

KINDS makes the step of a model for each of them, or None where there is none; a step is called without arguments and
returns the loss. NumPy and PyTorch begin with the same weights and see the same batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from book_code import build, interop, losses, nn, optim

Step = Callable[[], float]


class Model(NamedTuple):
    """A line of the table.

    Attributes:
        title: what it is.
        limit: how many times as long as PyTorch the NumPy step may take.
        batch: examples.
        preset: the registered model, empty for the LSTM layer.
        settings: fields of its configuration.
    """

    title: str
    limit: float
    batch: int
    preset: str
    settings: dict[str, Any]


MODELS = {
    "mlp": Model("MLP 784-256-10, batch 64", 1.5, 64, "mlp", {"hidden": (256,)}),
    "lenet": Model("LeNet-5, batch 64", 2, 64, "lenet5", {}),
    "lenet-max": Model("LeNet-5, ReLU and max, batch 64", 2, 64, "lenet5-modern", {}),
    "resnet20": Model("ResNet-20, batch 16", 2, 16, "resnet20", {}),
    "lstm": Model("LSTM 128-128, 50 steps, batch 32", 2, 32, "", {}),
    "gpt": Model("GPT 4 x 128, 128 tokens, batch 8", 1.5, 8, "gpt-nano-cpu", {"positions": 128}),
}  # fmt: skip


def data(model: str, batch: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and labels of a batch, the same every time."""
    rng = np.random.default_rng(0)
    n = batch or MODELS[model].batch
    if model == "gpt":
        tokens = rng.integers(0, 65, size=(n, 129))
        return tokens[:, :-1], tokens[:, 1:]
    shape = {"mlp": (784,), "resnet20": (3, 32, 32), "lstm": (50, 128)}.get(model, (1, 28, 28))
    return rng.random((n, *shape), dtype=np.float32), rng.integers(0, 10, size=n)


class LastState(nn.Module):
    """An LSTM whose last output is read: (N, 50, 128) -> (N, 10)."""

    def __init__(self, rng: np.random.Generator):
        super().__init__()
        self.lstm, self.fc = nn.LSTM(128, 128, rng=rng), nn.Linear(128, 10, rng=rng)

    def forward(self, x: Any) -> Any:
        """Scores of the classes."""
        return self.fc(self.lstm(x).outputs[:, -1])


def numpy_model(model: str) -> Any:
    """The book's NumPy version."""
    rng, line = np.random.default_rng(0), MODELS[model]
    return build(line.preset, rng=rng, **line.settings) if line.preset else LastState(rng)


def numpy_step(model: str, batch: int | None = None) -> Step:
    """The step of the book's NumPy version."""
    net, (x, y) = numpy_model(model), data(model, batch)
    sgd = optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    optimizer: Any = optim.AdamW(net.parameters(), lr=1e-3) if model == "gpt" else sgd

    def step() -> float:
        loss = losses.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def torch_step(model: str, batch: int | None = None) -> Step:
    """The step of the book's PyTorch version; of torch.nn.LSTM for the LSTM."""
    import torch
    from torch.nn import functional

    class TorchLastState(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = torch.nn.LSTM(128, 128, batch_first=True)
            self.fc = torch.nn.Linear(128, 10)

        def forward(self, x: Any) -> Any:
            return self.fc(self.lstm(x)[0][:, -1])

    torch.set_num_threads(1)
    line = MODELS[model]
    net: Any = TorchLastState()
    if line.preset:
        net = build(line.preset, "torch", rng=np.random.default_rng(0), **line.settings)
    else:
        net.load_state_dict(interop.to_torch(numpy_model(model).state_dict()))
    x, y = map(torch.from_numpy, data(model, batch))
    sgd = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    optimizer: Any = torch.optim.AdamW(net.parameters(), lr=1e-3) if model == "gpt" else sgd

    def step() -> float:
        loss = functional.cross_entropy(net(x).flatten(0, -2), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def autograd_step(model: str, batch: int | None = None) -> Step | None:
    """The step with the package `autograd` (HIPS), for what a few lines of it can say."""
    if model not in ("mlp", "lstm"):
        return None
    import autograd.numpy as anp
    from autograd import value_and_grad

    rng = np.random.default_rng(0)
    x, y = data(model, batch)
    right = np.eye(10, dtype=np.float32)[y]
    share = np.float32(1 / len(x))
    shapes = {
        "mlp": [(784, 256), (256,), (256, 10), (10,)],
        "lstm": [(128, 512), (128, 512), (512,), (128, 10), (10,)],
    }[model]
    weights = [0.05 * rng.standard_normal(s, dtype=np.float32) for s in shapes]
    velocities = [np.zeros_like(w) for w in weights]

    def cross_entropy(z: Any) -> Any:
        z = z - anp.max(z, axis=1, keepdims=True)
        return (anp.sum(anp.log(anp.sum(anp.exp(z), axis=1))) - anp.sum(z * right)) * share

    def mlp(w: Any) -> Any:
        h = anp.dot(x, w[0]) + w[1]
        return cross_entropy(anp.dot(h * (h > 0), w[2]) + w[3])  # anp.maximum goes to float64

    def lstm(w: Any) -> Any:
        h = c = np.zeros((len(x), 128), np.float32)
        inputs = anp.dot(x, w[0]) + w[2]
        for t in range(x.shape[1]):
            z = inputs[:, t] + anp.dot(h, w[1])
            i, f, o = (1 / (1 + anp.exp(-z[:, k : k + 128])) for k in (0, 128, 384))
            c = f * c + i * anp.tanh(z[:, 256:384])
            h = o * anp.tanh(c)
        return cross_entropy(anp.dot(h, w[3]) + w[4])

    gradient = value_and_grad({"mlp": mlp, "lstm": lstm}[model])

    def step() -> float:
        loss, found = gradient(weights)
        for w, v, g in zip(weights, velocities, found, strict=True):
            assert g.dtype == np.float32
            v *= np.float32(0.9)
            v += g
            w -= np.float32(0.01) * v
        return float(loss)

    return step


def loops_step(model: str, batch: int | None = None) -> Step | None:
    """The step as it is often written by hand for teaching, one example (or one pixel) after the other."""
    if model == "mlp":
        return mlp_by_examples(batch)
    return lenet_by_pixels(batch) if model == "lenet" else None


def mlp_by_examples(batch: int | None = None) -> Step:
    """Back-propagation example by example and unit by unit."""
    rng = np.random.default_rng(0)
    x, y = data("mlp", batch)
    w1, w2 = (0.05 * rng.standard_normal(s, dtype=np.float32) for s in ((256, 784), (10, 256)))

    def step() -> float:
        g1, g2, loss = np.zeros_like(w1), np.zeros_like(w2), 0.0
        for a, label in zip(x, y, strict=True):
            h = np.array([max(0.0, float(np.dot(row, a))) for row in w1], np.float32)
            z = np.array([float(np.dot(row, h)) for row in w2], np.float32)
            p = np.exp(z - z.max())
            p /= p.sum()
            loss -= float(np.log(p[label])) / len(x)
            p[label] -= 1
            for k in range(10):
                g2[k] += p[k] * h
            back = np.array([float(np.dot(w2[:, j], p)) for j in range(256)]) * (h > 0)
            for j in range(256):
                g1[j] += back[j] * a
        w1[:] -= 0.01 * g1 / len(x)
        w2[:] -= 0.01 * g2 / len(x)
        return loss

    return step


def lenet_by_pixels(batch: int | None = None) -> Step:
    """The two convolutions of LeNet-5, forward, place by place: less than a step."""
    rng = np.random.default_rng(0)
    x, _ = data("lenet", batch)
    w1 = rng.standard_normal((6, 1, 5, 5), dtype=np.float32)
    w2 = rng.standard_normal((16, 6, 5, 5), dtype=np.float32)

    def convolve(images: np.ndarray, filters: np.ndarray) -> np.ndarray:
        n, _, h, w = images.shape
        o, _, kh, kw = filters.shape
        out = np.zeros((n, o, h - kh + 1, w - kw + 1), np.float32)
        for a, b, i, j in np.ndindex(*out.shape):
            out[a, b, i, j] = np.sum(images[a, :, i : i + kh, j : j + kw] * filters[b])
        return out

    def step() -> float:
        padded = np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2)))
        first = np.tanh(convolve(padded, w1))
        pooled = first.reshape(len(x), 6, 14, 2, 14, 2).mean(axis=(3, 5))
        return float(convolve(pooled, w2).mean())

    return step


KINDS: dict[str, Callable[..., Step | None]] = {
    "numpy": numpy_step,
    "torch": torch_step,
    "autograd": autograd_step,
    "loops": loops_step,
}
