"""The training steps that are measured: one network, one batch, one optimizer; in NumPy and in PyTorch.

A step is the whole of it: forward, loss, backward, update. Both back ends begin with the same weights and
see the same batch, in float32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Step = Callable[[], float]  # does one step and returns the loss


class Recipe(NamedTuple):
    """One line of the table.

    Attributes:
        title: what it is.
        limit: how many times as long as PyTorch it may take.
        preset: the registered model, or "lstm layer".
        overrides: fields of its configuration.
        shape: of the inputs; whole numbers below `tokens` where that is set.
        tokens: size of the vocabulary, for models that read tokens.
        classes: of the labels; 0: the loss is the mean square of the outputs.
        optimizer: "sgd" (with momentum) or "adamw".
    """

    title: str
    limit: float
    preset: str
    overrides: dict[str, Any]
    shape: tuple[int, ...]
    classes: int
    tokens: int = 0
    optimizer: str = "sgd"


GPT = {
    "vocabulary": 65,
    "positions": 128,
    "embed_dim": 128,
    "heads": 4,
    "layers": 4,
    "dropout": 0.0,
}
RECIPES = {
    "mlp": Recipe("MLP 784-256-10, batch 64", 1.5, "mlp", {"hidden": (256,)}, (64, 784), 10),
    "lenet": Recipe("LeNet-5 (ReLU, max), batch 64", 2, "lenet5-modern", {}, (64, 1, 28, 28), 10),
    "lenet98": Recipe("LeNet-5 (tanh, mean), batch 64", 2, "lenet5", {}, (64, 1, 28, 28), 10),
    "resnet": Recipe("ResNet-20, 32 x 32, batch 16", 2, "resnet20", {}, (16, 3, 32, 32), 10),
    "lstm": Recipe("LSTM 128-128, 50 steps, batch 32", 2, "lstm layer", {}, (32, 50, 128), 0,
                   optimizer="adamw"),
    "gpt": Recipe("GPT 4 x 128, 128 tokens, batch 8", 1.5, "gpt2", GPT, (8, 128), 65, 65, "adamw"),
}  # fmt: skip


def batch(recipe: Recipe) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and labels, the same every time."""
    rng = np.random.default_rng(0)
    if recipe.tokens:
        text = rng.integers(0, recipe.tokens, (recipe.shape[0], recipe.shape[1] + 1))
        return text[:, :-1], text[:, 1:]
    x = rng.standard_normal(recipe.shape, dtype=np.float32)
    return x, rng.integers(0, max(recipe.classes, 1), len(x))


def numpy_step(name: str) -> Step:
    """The step of a recipe with the book's engine."""
    from book_code import losses, nn, optim
    from book_code.autodiff import Tensor
    from book_code.models import registry

    recipe = RECIPES[name]
    x, y = batch(recipe)
    rng = np.random.default_rng(0)
    model: Any
    if recipe.preset == "lstm layer":
        model = nn.LSTM(*recipe.shape[2:] * 2, rng=rng)
        x = Tensor(x, requires_grad=True)  # as in the middle of a network
    else:
        model = registry.build(recipe.preset, rng=rng, **recipe.overrides)
    optimizer: Any = (
        optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        if recipe.optimizer == "sgd"
        else optim.AdamW(model.parameters(), lr=1e-3)
    )

    def step() -> float:
        out = model(x)
        loss = losses.cross_entropy(out, y) if recipe.classes else (out[0] ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def torch_step(name: str) -> Step:
    """The step of a recipe with PyTorch."""
    import torch
    from torch.nn import functional

    from book_code.models import registry

    recipe = RECIPES[name]
    x, y = (torch.from_numpy(array) for array in batch(recipe))
    model: Any
    if recipe.preset == "lstm layer":
        model = torch.nn.LSTM(*recipe.shape[2:] * 2, batch_first=True)
        x.requires_grad_()
    else:
        rng = np.random.default_rng(0)
        model = registry.build(recipe.preset, "torch", rng=rng, **recipe.overrides)
    optimizer: Any = (
        torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        if recipe.optimizer == "sgd"
        else torch.optim.AdamW(model.parameters(), lr=1e-3)
    )

    def step() -> float:
        out = model(x)
        if recipe.classes:
            loss = functional.cross_entropy(out.flatten(0, -2), y.flatten())
        else:
            loss = (out[0] ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step
