"""Losses of two players: a discriminator that scores, and a generator that wants high scores.

Scores come as they leave the discriminator, before any sigmoid: high means "real".

    kind            the discriminator minimizes                       the generator minimizes
    minimax         -log D(x) - log(1 - D(G(z)))                      log(1 - D(G(z)))
    non_saturating  the same                                          -log D(G(z))
    least_squares   (s(x) - 1)² / 2 + s(G(z))² / 2                    (s(G(z)) - 1)² / 2
    hinge           max(0, 1 - s(x)) + max(0, 1 + s(G(z)))            -s(G(z))
    wasserstein     s(G(z)) - s(x)                                    -s(G(z))

s is the score, D its sigmoid, and each line is a mean over the batch.
"""

from __future__ import annotations

from typing import Any, Literal

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.losses._checks import as_prediction
from book_code.names import unknown

Kind = Literal["minimax", "non_saturating", "least_squares", "hinge", "wasserstein"]
KINDS = ("minimax", "non_saturating", "least_squares", "hinge", "wasserstein")


# --8<-- [start:discriminator]
def adversarial_discriminator(real: Any, fake: Any, kind: Kind = "non_saturating") -> Tensor:
    """What the discriminator minimizes: high scores for data, low ones for what is made up.

    Args:
        real: scores of data.
        fake: scores of what the generator made; as many as of data, or not.
        kind: one of the table of this file.

    References:
        I. Goodfellow et al. (2014). Generative adversarial nets. NeurIPS. arXiv:1406.2661.
        X. Mao et al. (2017). Least squares generative adversarial networks. ICCV. arXiv:1611.04076.
        M. Arjovsky, S. Chintala, L. Bottou (2017). Wasserstein GAN. ICML. arXiv:1701.07875.
        J. H. Lim, J. C. Ye (2017). Geometric GAN. arXiv:1705.02894 (the hinge).

    Examples:
        >>> adversarial_discriminator([2.0, 0.5], [-1.0, 0.0], "hinge")
        Tensor(0.75)
    """
    _check_kind("adversarial_discriminator", kind)
    real = as_prediction("adversarial_discriminator", real)
    fake = as_prediction("adversarial_discriminator", fake)
    if kind in ("minimax", "non_saturating"):  # -log sigmoid(s) = softplus(-s)
        return F.softplus(-real).mean() + F.softplus(fake).mean()
    if kind == "least_squares":
        return 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean()
    if kind == "hinge":
        return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
    return fake.mean() - real.mean()


# --8<-- [end:discriminator]


# --8<-- [start:generator]
def adversarial_generator(fake: Any, kind: Kind = "non_saturating") -> Tensor:
    """What the generator minimizes: its own work shall be scored high.

    Args:
        fake: scores of what the generator made.
        kind: one of the table of this file.

    Examples:
        >>> bad = Tensor([-20.0], requires_grad=True)  # the discriminator is sure
        >>> for kind in ("minimax", "non_saturating"):
        ...     bad.grad = None
        ...     adversarial_generator(bad, kind).backward()
        ...     print(f"{kind}: {bad.grad.item():.1f}")
        minimax: -0.0
        non_saturating: -1.0
    """
    _check_kind("adversarial_generator", kind)
    fake = as_prediction("adversarial_generator", fake)
    if kind == "minimax":  # log(1 - sigmoid(s)) = -softplus(s)
        return -F.softplus(fake).mean()
    if kind == "non_saturating":
        return F.softplus(-fake).mean()
    if kind == "least_squares":
        return 0.5 * ((fake - 1) ** 2).mean()
    return -fake.mean()


# --8<-- [end:generator]


def _check_kind(name: str, kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(unknown(f"kind of {name}", kind, KINDS))
