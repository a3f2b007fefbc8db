"""What is measured, in the reader's Python and here alike: the median and the first call, in milliseconds."""

import json
import time

import numpy as np

from book_code import build, losses, nn, optim

PRODUCTS = [
    (512, 512, 512),
    (64, 784, 128),
    (32, 128, 512),
    (64, 64, 64),
    (16, 16, 16),
    (4, 4, 4),
    (1, 784, 128),
    (300, 25, 6),
]
rng = np.random.default_rng(0)


class Last(nn.Module):
    """An LSTM whose last output is read: (N, 50, 64) -> (N, 10)."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 128, rng=np.random.default_rng(0))
        self.head = nn.Linear(128, 10, rng=np.random.default_rng(0))

    def forward(self, x):
        return self.head(self.lstm(x).outputs[:, -1])


def timed(call):
    """The first call, and the median of nine measurements after it."""
    start = time.perf_counter()
    call()
    first = time.perf_counter() - start
    repeats = max(1, min(1000, int(0.01 / max(first, 1e-6))))
    times = []
    for _ in range(9):
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        times.append((time.perf_counter() - start) / repeats)
    return [sorted(times)[4] * 1e3, first * 1e3]


def products():
    for kind in (np.float32, np.float64):
        for m, k, n in PRODUCTS:
            a, b = (
                rng.standard_normal((m, k)).astype(kind),
                rng.standard_normal((k, n)).astype(kind),
            )
            yield f"{kind.__name__} ({m}, {k}) @ ({k}, {n})", lambda a=a, b=b: a @ b
    a, b = (rng.standard_normal((512, 512)).astype("f") for _ in range(2))
    yield "float32 512, first transposed", lambda: a.T @ b
    yield "float32 512, second transposed", lambda: a @ b.T
    yield "float32 512, np.dot", lambda: np.dot(a, b)
    x = rng.standard_normal((4, 8, 64, 32)).astype("f")
    yield "float32 batched (4, 8, 64, 32)", lambda: x @ x.swapaxes(-1, -2)


def elementwise():
    for kind in (np.float32, np.float64):
        x = rng.standard_normal((512, 512)).astype(kind)
        positive = abs(x)
        for function in (np.exp, np.tanh, np.sqrt):
            yield (
                f"{kind.__name__} {function.__name__}, 512 x 512",
                lambda f=function, x=positive: f(x),
            )
        yield f"{kind.__name__} maximum, 512 x 512", lambda x=x: np.maximum(x, 0)
        yield f"{kind.__name__} add, 512 x 512", lambda x=x: x + x
        yield f"{kind.__name__} sum, 512 x 512", lambda x=x: x.sum(0)


def steps():
    """Training steps: forward, loss, backward, update; float32."""
    pixels = rng.random((64, 1, 28, 28), dtype=np.float32)
    labels = rng.integers(0, 10, 64)
    tokens = rng.integers(0, 65, (8, 65))
    small = {"positions": 64, "layers": 2, "embed_dim": 64, "heads": 4}
    kinds = {
        "MLP 784-128-10, batch 64": (
            build("mlp", rng=np.random.default_rng(0), hidden=(128,)),
            pixels.reshape(64, 784),
            labels,
        ),
        "LeNet-5, batch 32": (
            build("lenet5", rng=np.random.default_rng(0)),
            pixels[:32],
            labels[:32],
        ),
        "LSTM 32 x 50 x 128": (Last(), rng.random((32, 50, 64), dtype=np.float32), labels[:32]),
        "GPT 2 x 64, 64 tokens, batch 8": (
            build("gpt-nano-cpu", rng=np.random.default_rng(0), **small),
            tokens[:, :-1],
            tokens[:, 1:],
        ),
    }
    for name, (model, x, y) in kinds.items():
        optimizer = optim.SGD(model.parameters(), 0.01)

        def step(model=model, x=x, y=y, optimizer=optimizer):
            optimizer.zero_grad()
            logits = model(x)
            loss = losses.cross_entropy(logits.reshape(-1, logits.shape[-1]), y.reshape(-1))
            loss.backward()
            optimizer.step()

        yield name, step


def measured():
    calls = [*products(), *elementwise(), *steps()]
    return json.dumps({name: timed(call) for name, call in calls})
