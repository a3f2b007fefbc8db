"""Pictures changed as the world changes them: moved, turned, with noise."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def move(x: Tensor, right: Tensor, down: Tensor) -> Tensor:
    """Move every picture by its own whole number of pixels; zeros come in from outside.

    Shape:
        x (N, C, H, W), right and down (N,) of int64.
    """
    n, _, height, width = x.shape
    border = int(max(right.abs().max(), down.abs().max()))
    padded = functional.pad(x, (border,) * 4)
    rows = torch.arange(height, device=x.device) + border - down[:, None]  # (N, H)
    columns = torch.arange(width, device=x.device) + border - right[:, None]  # (N, W)
    pictures = torch.arange(n, device=x.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[pictures, rows[:, :, None], columns[:, None]].permute(
        0, 3, 1, 2
    )


def turn(x: Tensor, degrees: Tensor) -> Tensor:
    """Turn every picture about its centre by its own angle."""
    angle = degrees * (math.pi / 180)
    cos, sin, zero = torch.cos(angle), torch.sin(angle), torch.zeros_like(angle)
    matrix = torch.stack(
        [torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1
    )
    grid = functional.affine_grid(matrix.to(x), list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, align_corners=False)


def random_shift(x: Tensor, rng: np.random.Generator, most: int) -> Tensor:
    """Move every picture by up to `most` pixels each way."""
    right, down = torch.from_numpy(rng.integers(-most, most + 1, size=(2, len(x)))).to(x.device)
    return move(x, right, down)


def random_turn(x: Tensor, rng: np.random.Generator, most: float) -> Tensor:
    """Turn every picture by up to `most` degrees either way."""
    return turn(x, torch.from_numpy(rng.uniform(-most, most, len(x))).to(x))


def add_noise(x: Tensor, rng: np.random.Generator, sd: float | np.ndarray) -> Tensor:
    """Add Gaussian noise of standard deviation `sd`, one for all or one a picture."""
    noise = rng.standard_normal(tuple(x.shape), dtype=np.float32)
    scale = np.broadcast_to(np.asarray(sd, np.float32).reshape(-1, 1, 1, 1), (len(x), 1, 1, 1))
    return x + torch.from_numpy(noise * scale).to(x)


def shift_all(x: Tensor, pixels: int, rng: np.random.Generator) -> Tensor:
    """Move every picture by exactly `pixels`: right, left, down or up, as it falls."""
    direction = torch.from_numpy(rng.integers(0, 4, size=len(x))).to(x.device)
    sign = torch.where(direction % 2 == 0, pixels, -pixels)
    return move(x, torch.where(direction < 2, sign, 0), torch.where(direction >= 2, sign, 0))


def turn_all(x: Tensor, degrees: float, rng: np.random.Generator) -> Tensor:
    """Turn every picture by exactly `degrees`, to the left or to the right, as it falls."""
    return turn(x, torch.from_numpy(rng.choice([-degrees, degrees], size=len(x))).to(x))
