"""The size of one neuron, and what it does with its score."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields

Activation = Literal[
    "identity", "step", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu",
    "softplus",
]  # fmt: skip

# weights and bias of a threshold unit for each gate: (one input's weight, bias for two inputs)
GATES: dict[str, tuple[tuple[float, ...], float]] = {
    "and": ((1.0, 1.0), -1.5),
    "or": ((1.0, 1.0), -0.5),
    "nand": ((-1.0, -1.0), 1.5),
    "nor": ((-1.0, -1.0), 0.5),
    "not": ((-1.0,), 0.5),
}


@dataclass(frozen=True)
class NeuronConfig:
    """One unit with D inputs.

    Attributes:
        in_features: number of inputs D, after flattening.
        activation: what is done with the score; "step" cannot be trained by gradient descent.
        bias: whether a number is added to the score; without one the boundary goes through the origin.
    """

    architecture: ClassVar[str] = "Neuron"

    in_features: int = 2
    activation: Activation = "sigmoid"
    bias: bool = True

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def input_shape(self) -> tuple[int]:
        """The shape of one example."""
        return (self.in_features,)

    @classmethod
    def tiny(cls) -> "NeuronConfig":
        """Return one for tests: three inputs."""
        return cls(in_features=3)


PRESETS = {"neuron": NeuronConfig(), "neuron-tiny": NeuronConfig.tiny()}
