"""The multi-layer perceptron in PyTorch: the names, shapes and results of `numpy_model.py`."""

from itertools import pairwise

from torch import Tensor, nn

from .config import MLPConfig

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "identity": nn.Identity, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU, "prelu": nn.PReLU, "elu": nn.ELU, "gelu": nn.GELU,
    "silu": nn.SiLU, "softplus": nn.Softplus,
}  # fmt: skip


# --8<-- [start:model]
class MLP(nn.Module):
    """Fully connected layers with a nonlinearity between them; returns logits."""

    def __init__(self, config: MLPConfig | None = None):
        super().__init__()
        config = config or MLPConfig()
        self.config = config
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(config.sizes))
        self.act = ACTIVATIONS[config.activation]()
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:  # (N, ...)
        """Return the logits, one a class."""
        x = x.flatten(1)  # (N, D)
        for layer in self.layers[:-1]:
            x = self.dropout(self.act(layer(x)))  # (N, width)
        return self.layers[-1](x)  # (N, K)


# --8<-- [end:model]
