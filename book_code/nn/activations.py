"""Activation functions as layers."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.autodiff.engine import primitive
from book_code.nn.module import Module, check_sizes, floating_input, floats


class ReLU(Module):
    """max(x, 0) entry by entry.

    >>> ReLU()([-1.0, 2.0])
    Tensor([0., 2.])
    """

    def forward(self, x: Any) -> Tensor:
        """max(x, 0)."""
        return F.relu(x)


class Tanh(Module):
    """The hyperbolic tangent, entry by entry.

    >>> Tanh()([0.0])
    Tensor([0.])
    """

    def forward(self, x: Any) -> Tensor:
        """tanh(x)."""
        return F.tanh(x)


class Sigmoid(Module):
    """1 / (1 + exp(-x)), entry by entry.

    >>> Sigmoid()([0.0])
    Tensor([0.5])
    """

    def forward(self, x: Any) -> Tensor:
        """1 / (1 + exp(-x))."""
        return F.sigmoid(x)


class Softplus(Module):
    """log(1 + exp(x)), entry by entry: a ReLU without the corner.

    >>> Softplus()([0.0]).data.round(4).tolist()
    [0.6931]
    """

    def forward(self, x: Any) -> Tensor:
        """log(1 + exp(x))."""
        return F.softplus(x)


class LeakyReLU(Module):
    """x, or a small multiple of it where it is negative, so that no unit dies.

    Args:
        negative_slope: that multiple.

    References:
        A. Maas, A. Hannun, A. Ng (2013). Rectifier nonlinearities improve neural network acoustic
        models. ICML workshop.

    Examples:
        >>> LeakyReLU(0.1)([-1.0, 2.0])
        Tensor([-0.1,  2. ])
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Tensor:
        """X, or its multiple where it is negative."""
        return F.leaky_relu(floats(self, x), self.negative_slope)

    def extra_repr(self) -> str:
        """The slope."""
        return f"negative_slope={self.negative_slope}"


class PReLU(Module):
    """Leaky ReLU whose slope is learned, one for all or one for each channel.

    Args:
        num_parameters: 1, or the number of channels C.
        init: the slope at the start.

    Shape:
        (N, C, ...) -> the same; weight (num_parameters,). With one parameter any shape will do.

    References:
        K. He et al. (2015). Delving deep into rectifiers. ICCV. arXiv:1502.01852

    Examples:
        >>> PReLU()([-4.0, 2.0]).data.tolist()
        [-1.0, 2.0]
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25) -> None:
        check_sizes("PReLU", num_parameters)
        self.weight = Tensor(np.full(num_parameters, init, np.float32), requires_grad=True)

    def forward(self, x: Any) -> Tensor:
        """X, or its multiple where it is negative."""
        x = floating_input(self, x, self.weight)
        count = self.weight.size
        if count > 1 and (x.ndim < 2 or x.shape[1] != count):
            raise ValueError(f"PReLU expected inputs of shape (N, {count}, ...), got {x.shape}")
        slope = self.weight.reshape(-1, *[1] * (x.ndim - 2)) if count > 1 else self.weight
        return F.where(x > 0, x, x * slope)

    def extra_repr(self) -> str:
        """The number of slopes."""
        return f"num_parameters={self.weight.size}"


class ELU(Module):
    """x, or alpha · (exp(x) - 1) where it is negative: means stay near 0.

    Args:
        alpha: minus the value that very negative inputs come to.

    References:
        D. Clevert, T. Unterthiner, S. Hochreiter (2016). Fast and accurate deep network learning by
        exponential linear units. ICLR. arXiv:1511.07289

    Examples:
        >>> ELU()([-100.0, 2.0])
        Tensor([-1.,  2.])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Tensor:
        """X, or alpha · (exp(x) - 1)."""
        return F.elu(x, self.alpha)

    def extra_repr(self) -> str:
        """The value that it falls to."""
        return f"alpha={self.alpha}"


class GELU(Module):
    """x · Φ(x), where Φ is the probability that a standard normal number is smaller.

    Args:
        approximate: "none" for the formula itself, "tanh" for the approximation of the paper, which
            GPT-2 uses.

    References:
        D. Hendrycks, K. Gimpel (2016). Gaussian error linear units. arXiv:1606.08415

    Examples:
        >>> GELU()([0.0, 1.0]).data.round(4).tolist()
        [0.0, 0.8413]
    """

    def __init__(self, approximate: Literal["none", "tanh"] = "none") -> None:
        if approximate not in ("none", "tanh"):
            raise ValueError(f"GELU knows approximate='none' and 'tanh', got {approximate!r}")
        self.approximate = approximate

    def forward(self, x: Any) -> Tensor:
        """X · Φ(x)."""
        return F.gelu(x, self.approximate)

    def extra_repr(self) -> str:
        """Which formula."""
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """x · sigmoid(x), also called Swish.

    References:
        S. Elfwing, E. Uchibe, K. Doya (2017). Sigmoid-weighted linear units. arXiv:1702.03118;
        P. Ramachandran, B. Zoph, Q. Le (2017). Searching for activation functions. arXiv:1710.05941

    Examples:
        >>> SiLU()([0.0, 1.0]).data.round(4).tolist()
        [0.0, 0.7311]
    """

    def forward(self, x: Any) -> Tensor:
        """X · sigmoid(x)."""
        return F.silu(x)


class Softmax(Module):
    """Positive numbers that add up to 1 over an axis: scores become probabilities.

    Args:
        axis: the axis of the classes (PyTorch calls it ``dim``).

    Examples:
        >>> Softmax()([[0.0, 0.0]])
        Tensor([[0.5, 0.5]])
    """

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Tensor:
        """exp(x) divided by its sum."""
        return F.softmax(floats(self, x), self.axis)

    def extra_repr(self) -> str:
        """The axis."""
        return f"axis={self.axis}"


def _no_slope(g: Tensor, out: Tensor, x: Tensor) -> Tensor:
    raise ValueError(
        "a Step is flat, so no gradient passes it: learn with the perceptron's rule, or put a "
        "Sigmoid or Tanh in its place"
    )


@primitive(_no_slope)
def _heaviside(x):
    return (x > 0).astype(x.dtype if x.dtype.kind == "f" else np.float32)


class Step(Module):
    """1 where x is above 0, otherwise 0: the unit of McCulloch and Pitts.

    It is flat, so there is **no gradient**: nothing before it can be learned by gradient descent, and
    asking for one is an error. At 0 it gives 0, as the book's perceptron does.

    References:
        W. McCulloch, W. Pitts (1943). A logical calculus of the ideas immanent in nervous activity.
        Bulletin of Mathematical Biophysics 5.

    Examples:
        >>> Step()([-1.0, 0.0, 2.0])
        Tensor([0., 0., 1.])
    """

    def forward(self, x: Any) -> Tensor:
        """1 above 0, otherwise 0."""
        return _heaviside(x)
