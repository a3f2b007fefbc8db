"""Explanations of PyTorch models: the names and results of `saliency.py`, `occlusion.py`, `grad_cam.py` and `maximize.py`.

LIME and Shapley values ask nothing but scores: :func:`as_function` makes a model one that `games.py` can ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..names import unknown
from .grad_cam import check_maps
from .looking import Target, check_pictures, chosen_classes
from .maximize import Maximized, check_steps, check_unit
from .occlusion import places
from .saliency import standard_noise


# --8<-- [start:tap]
@contextmanager
def tap(model: nn.Module, layer: str) -> Iterator[list[Tensor]]:
    """Keep what a layer puts out while the model runs."""
    known = {name: module for name, module in model.named_modules() if name}
    if layer not in known:
        raise ValueError(unknown(f"layer of {type(model).__name__}", layer, known))
    seen: list[Tensor] = []

    def keep(module: nn.Module, inputs: Any, out: Any) -> Any:
        seen.append(out)
        # the model goes on with a copy: a ReLU in place would change what is kept
        return out.clone() if isinstance(out, Tensor) else None

    hook = known[layer].register_forward_hook(keep)
    try:
        yield seen
    finally:
        hook.remove()


# --8<-- [end:tap]


@contextmanager
def evaluation(model: nn.Module) -> Iterator[None]:
    """Put a model into evaluation mode for a while."""
    before = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in before:
            module.training = mode


def as_function(model: nn.Module) -> Callable[[np.ndarray], np.ndarray]:
    """Return a model as a function from arrays to arrays, in evaluation mode."""

    def scores(x: np.ndarray) -> np.ndarray:
        like = next(model.parameters())
        with torch.no_grad(), evaluation(model):
            return np.asarray(model(torch.from_numpy(x).to(like)).cpu().numpy())

    return scores


def _classes(scores: Tensor, count: int, target: Target) -> Tensor:
    """The class that is asked about for each picture."""
    found = chosen_classes(scores.detach().cpu().numpy(), count, target)
    return torch.from_numpy(found).to(scores.device)


def _class_scores(model: nn.Module, x: Tensor, target: Target) -> Tensor:
    scores = model(x)
    classes = _classes(scores, len(x), target)
    return scores.gather(1, classes[:, None])[:, 0]


# --8<-- [start:saliency]
def gradient(model: nn.Module, x: Tensor, target: Target = None) -> Tensor:
    """Return the gradient of a class's score with respect to every pixel, (N, C, H, W)."""
    check_pictures("gradient", x)
    pixels = x.detach().clone().requires_grad_()
    with torch.enable_grad(), evaluation(model):
        scores = _class_scores(model, pixels, target)  # (N,)
        (slope,) = torch.autograd.grad(scores.sum(), pixels)
    return slope


def saliency(model: nn.Module, x: Tensor, target: Target = None) -> Tensor:
    """Return how strongly each pixel moves the score, (N, H, W)."""
    return gradient(model, x, target).abs().amax(dim=1)


# --8<-- [end:saliency]


def smooth_grad(
    model: nn.Module,
    x: Tensor,
    target: Target = None,
    *,
    samples: int = 25,
    spread: float = 0.15,
    rng: np.random.Generator | None = None,
    noise: np.ndarray | None = None,
) -> Tensor:
    """Return the saliency of the mean gradient over noisy copies, (N, H, W)."""
    check_pictures("smooth_grad", x)
    noise = standard_noise(tuple(x.shape), samples, rng, noise)
    size = spread * (x.amax(dim=(1, 2, 3), keepdim=True) - x.amin(dim=(1, 2, 3), keepdim=True))
    with torch.no_grad(), evaluation(model):
        classes = _classes(model(x), len(x), target).cpu().numpy()
    copies = (x + size * torch.from_numpy(eps).to(x) for eps in noise)
    slopes = torch.stack([gradient(model, copy, classes) for copy in copies])
    return slopes.mean(dim=0).abs().amax(dim=1)


# --8<-- [start:occlusion]
def occlusion(
    model: nn.Module,
    x: Tensor,
    target: Target = None,
    *,
    size: int,
    stride: int = 1,
    fill: float = 0.0,
    probability: bool = False,
) -> Tensor:
    """Return how far the score falls when a square is covered, (N, places down, places across)."""
    check_pictures("occlusion", x)
    tops, lefts = places(x.shape[2], size, stride), places(x.shape[3], size, stride)
    with torch.no_grad(), evaluation(model):
        classes = _classes(model(x), len(x), target)[:, None]

        def watched(pictures: Tensor) -> Tensor:
            scores = model(pictures)
            return (scores.softmax(dim=1) if probability else scores).gather(1, classes)[:, 0]

        whole = watched(x)  # (N,)
        drops = whole.new_empty(len(x), len(tops), len(lefts))
        for i, top in enumerate(tops):
            for j, left in enumerate(lefts):
                covered = x.clone()
                covered[:, :, top : top + size, left : left + size] = fill
                drops[:, i, j] = whole - watched(covered)
    return drops


# --8<-- [end:occlusion]


# --8<-- [start:grad_cam]
def grad_cam(model: nn.Module, x: Tensor, layer: str, target: Target = None) -> Tensor:
    """Return where a convolutional layer sees what speaks for a class, (N, h, w)."""
    check_pictures("grad_cam", x)
    with torch.enable_grad(), evaluation(model), tap(model, layer) as seen:
        scores = _class_scores(model, x.detach().clone().requires_grad_(), target)  # (N,)
        check_maps(layer, seen)
        (maps,) = seen  # (N, K, h, w)
        (slopes,) = torch.autograd.grad(scores.sum(), maps)  # (N, K, h, w)
    weights = slopes.mean(dim=(2, 3), keepdim=True)  # (N, K, 1, 1)
    return (weights * maps.detach()).sum(dim=1).relu()  # (N, h, w)


# --8<-- [end:grad_cam]


# --8<-- [start:maximize]
def maximize(
    model: nn.Module,
    start: Tensor,
    target: int,
    *,
    layer: str | None = None,
    steps: int = 100,
    lr: float = 1.0,
    l2: float = 0.0,
    roughness: float = 0.0,
) -> Maximized:
    """Change a picture, step by step, so that a class, or a map of a layer, answers more strongly."""
    x = start.detach()[None]
    check_pictures("maximize", x)
    check_steps(steps, lr, l2, roughness)
    scores = []
    with torch.enable_grad(), evaluation(model):
        for _ in range(steps):
            pixels = x.clone().requires_grad_()
            score = _answer(model, pixels, target, layer)
            (slope,) = torch.autograd.grad(score - _penalty(pixels, l2, roughness), pixels)
            scores.append(score.item())
            x = x + lr * slope
    return Maximized(x[0].cpu().numpy(), scores)


def _answer(model: nn.Module, x: Tensor, target: int, layer: str | None) -> Tensor:
    """The score of a class, or the mean of a map."""
    if layer is None:
        scores = model(x)
        return scores[0, int(_classes(scores, 1, target)[0])]
    with tap(model, layer) as seen:
        model(x)
    maps = seen[-1].flatten(2) if seen[-1].ndim > 2 else seen[-1][:, :, None]
    return maps.mean(dim=2)[0, check_unit(layer, maps.shape[1], target)]


def _penalty(x: Tensor, l2: float, roughness: float) -> Tensor:
    down, across = x.diff(dim=2), x.diff(dim=3)
    return l2 * x.square().sum() + roughness * (down.square().sum() + across.square().sum())


# --8<-- [end:maximize]
