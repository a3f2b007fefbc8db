"""One neuron in PyTorch: the names, shapes and results of `numpy_model.py`."""

import torch
from torch import Tensor, nn

from .config import GATES, NeuronConfig


class Step(nn.Module):
    """1 above 0, otherwise 0; no gradient passes."""

    def forward(self, x: Tensor) -> Tensor:
        """1 above 0, otherwise 0."""
        return (x > 0).to(x.dtype)


ACTIVATIONS: dict[str, type[nn.Module]] = {
    "identity": nn.Identity, "step": Step, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh,
    "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "elu": nn.ELU, "gelu": nn.GELU,
    "silu": nn.SiLU, "softplus": nn.Softplus,
}  # fmt: skip


# --8<-- [start:model]
class Neuron(nn.Module):
    """A weighted sum of the inputs, and an activation."""

    def __init__(self, config: NeuronConfig | None = None):
        super().__init__()
        config = config or NeuronConfig()
        self.config = config
        bound = config.in_features**-0.5
        self.weight = nn.Parameter(torch.empty(config.in_features).uniform_(-bound, bound))
        self.bias = (
            nn.Parameter(torch.empty(()).uniform_(-bound, bound)) if config.bias else None
        )
        self.act = ACTIVATIONS[config.activation]()

    def score(self, x: Tensor) -> Tensor:  # (N, ...)
        """Return the weighted sums, before the activation: 0 on the boundary."""
        score = x.flatten(1) @ self.weight  # (N,)
        return score if self.bias is None else score + self.bias

    def forward(self, x: Tensor) -> Tensor:  # (N, ...)
        """Return one number an example."""
        return self.act(self.score(x))  # (N,)


# --8<-- [end:model]


def gate(name: str) -> Neuron:
    """Return the neuron with a step that is a gate: "and", "or", "nand", "nor" or "not"."""
    if name not in GATES:
        raise ValueError(f"one neuron can be {', '.join(GATES)}; got {name!r}")
    weight, bias = GATES[name]
    neuron = Neuron(NeuronConfig(len(weight), "step"))
    neuron.load_state_dict({"weight": torch.tensor(weight), "bias": torch.tensor(bias)})
    return neuron.requires_grad_(False)
