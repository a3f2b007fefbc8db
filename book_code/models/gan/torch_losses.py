"""The losses of `book_code/losses/adversarial.py`, which has their table, in PyTorch."""

from torch import Tensor
from torch.nn import functional as F


def adversarial_discriminator(
    real: Tensor, fake: Tensor, kind: str = "non_saturating"
) -> Tensor:
    """Return what the discriminator minimizes: high scores for data, low ones for what is made up."""
    if kind in ("minimax", "non_saturating"):
        return F.softplus(-real).mean() + F.softplus(fake).mean()
    if kind == "least_squares":
        return 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean()
    if kind == "hinge":
        return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
    return fake.mean() - real.mean()


def adversarial_generator(fake: Tensor, kind: str = "non_saturating") -> Tensor:
    """Return what the generator minimizes: its own work shall be scored high."""
    if kind == "minimax":
        return -F.softplus(fake).mean()
    if kind == "non_saturating":
        return F.softplus(-fake).mean()
    if kind == "least_squares":
        return 0.5 * ((fake - 1) ** 2).mean()
    return -fake.mean()
