"""What the autoencoders are made of: tied weights, spoiling, sparsity."""

from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...autodiff import functional as F
from ...nn import Identity, Linear, Module, ReLU, Sigmoid, Tanh

ACTIVATIONS: dict[str, type[Module]] = {
    "sigmoid": Sigmoid,
    "relu": ReLU,
    "tanh": Tanh,
    "linear": Identity,
}


class Tied(Module):
    """A linear layer whose weight is another's transposed: it adds only a bias."""

    def __init__(self, source: Linear, *, rng: np.random.Generator):
        super().__init__()
        self._source = source  # begins with an underscore: its weight is counted once
        bound = 1 / np.sqrt(source.weight.shape[0])
        bias = rng.uniform(-bound, bound, source.weight.shape[1]).astype(np.float32)
        self.bias = Tensor(bias, requires_grad=True)

    def forward(self, x: Any) -> Tensor:
        """Return x W + b, where the other layer computes x Wᵀ + b."""
        return F.linear(x, self._source.weight.T, self.bias)


# --8<-- [start:corrupt]
def corrupt(x: Any, noise: Any, corruption: str, level: float) -> np.ndarray:
    """Return spoiled examples.

    Args:
        x: clean ones.
        noise: as :func:`draw_noise` gives it, of the same shape.
        corruption: "masking", "salt_and_pepper" or "gaussian".
        level: the share of entries that are spoiled, or the standard deviation of the noise.

    >>> corrupt(np.array([[1.0, 2.0]]), np.array([[0.1, 0.9]]), "masking", 0.25)
    array([[0., 2.]])
    """
    x, noise = np.asarray(x), np.asarray(noise)
    if x.shape != noise.shape:
        raise ValueError(
            f"corrupt expected noise of the examples' shape {x.shape}, got {noise.shape}"
        )
    if corruption == "gaussian":
        return x + np.asarray(level, x.dtype) * noise
    if corruption == "masking":
        return np.where(noise < level, 0, x).astype(x.dtype)
    spoiled = np.where(noise < level / 2, 0, 1)  # pepper, salt
    return np.where(noise < level, spoiled, x).astype(x.dtype)


def draw_noise(
    shape: tuple[int, ...], corruption: str, *, rng: np.random.Generator
) -> np.ndarray:
    """Return the noise that `corrupt` takes: normal for "gaussian", else uniform from 0 to 1.

    >>> draw_noise((2, 3), "masking", rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    drawn = rng.standard_normal(shape) if corruption == "gaussian" else rng.random(shape)
    return drawn.astype(np.float32)


# --8<-- [end:corrupt]


# --8<-- [start:sparsity]
def sparsity_penalty(code: Tensor, penalty: str, activity: float) -> Tensor:
    """Return how far codes are from sparse: "l1", their size, or "kl", from units active so often on average.

    >>> code = Tensor([[0.5, 0.1], [0.5, 0.9]])
    >>> sparsity_penalty(code, "l1", 0.5).item(), sparsity_penalty(code, "kl", 0.5).item()
    (1.0, 0.0)
    """
    if penalty == "l1":
        return code.abs().sum(axis=1).mean()
    active = code.mean(axis=0)  # (code,)
    on = activity * (np.log(activity) - F.log(active))
    off = (1 - activity) * (np.log(1 - activity) - F.log(1 - active))
    return (on + off).sum()


# --8<-- [end:sparsity]
