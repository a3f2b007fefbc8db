"""One neuron: McCulloch and Pitts (1943), doi:10.1007/BF02478259.

    code      book    meaning
    x         x       one example, D numbers
    weight    w       D numbers
    bias      b       one number; minus the threshold of the paper
    score     s       s = w . x + b
    act       phi     the activation
    output    a       a = phi(s)

Deviations from the paper: weights are any numbers and are learned (there all exciting inputs count the same and one that
inhibits is enough to silence the unit), and the step may be any activation.
"""

from typing import Any

import numpy as np

from ... import init
from ...autodiff import Tensor
from ...autodiff.functional import check_features, flatten
from ...nn import (
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    Module,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Step,
    Tanh,
)
from ...nn.module import floating_input
from .config import GATES, NeuronConfig

ACTIVATIONS: dict[str, type[Module]] = {
    "identity": Identity, "step": Step, "sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU,
    "leaky_relu": LeakyReLU, "elu": ELU, "gelu": GELU, "silu": SiLU, "softplus": Softplus,
}  # fmt: skip


# --8<-- [start:model]
class Neuron(Module):
    """A weighted sum of the inputs, and an activation.

    Shape:
        (N, ...) with D numbers an example -> (N,).

    >>> neuron = Neuron(NeuronConfig(in_features=3), rng=np.random.default_rng(0))
    >>> neuron(np.zeros((5, 3), np.float32)).shape
    (5,)
    """

    def __init__(self, config: NeuronConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or NeuronConfig()
        self.config = config
        bound = config.in_features**-0.5
        self.weight = Tensor(
            init.uniform((config.in_features,), -bound, bound, rng=rng), requires_grad=True
        )
        self.bias = None
        if config.bias:
            self.bias = Tensor(init.uniform((), -bound, bound, rng=rng), requires_grad=True)
        self.act = ACTIVATIONS[config.activation]()

    def score(self, x: Any) -> Tensor:  # (N, ...)
        """Return the weighted sums, before the activation: 0 on the boundary."""
        x = flatten(floating_input(self, x, self.weight))  # (N, D)
        check_features("Neuron", x, self.config.in_features)
        score = x @ self.weight  # (N,)
        return score if self.bias is None else score + self.bias

    def forward(self, x: Any) -> Tensor:  # (N, ...)
        """Return one number an example."""
        return self.act(self.score(x))  # (N,)


# --8<-- [end:model]


# --8<-- [start:gate]
def gate(name: str) -> Neuron:
    """Return the neuron with a step that is a gate: "and", "or", "nand", "nor" or "not".

    One neuron cannot be "xor"; three can, one fed by the other two.

    >>> corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    >>> gate("and")(corners)
    Tensor([0., 0., 0., 1.], dtype=float32)
    """
    if name not in GATES:
        raise ValueError(f"one neuron can be {', '.join(GATES)}; got {name!r}")
    weight, bias = GATES[name]
    neuron = Neuron(NeuronConfig(len(weight), "step"), rng=np.random.default_rng(0))
    neuron.load_state_dict({"weight": np.array(weight), "bias": np.array(bias)})
    for p in neuron.parameters():
        p.requires_grad = False  # a step has no gradient
    return neuron


# --8<-- [end:gate]
