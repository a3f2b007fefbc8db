"""The sizes and choices of the multi-layer perceptron."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields

Activation = Literal[
    "identity", "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "gelu", "silu",
    "softplus",
]  # fmt: skip


@dataclass(frozen=True)
class MLPConfig:
    """Fully connected layers with a nonlinearity between them.

    Attributes:
        in_features: number of inputs D, after flattening.
        hidden: units of the hidden layers; () makes it softmax regression.
        classes: number of outputs K.
        activation: what follows each hidden layer; "identity" makes all layers together one linear map, and the
            slope of "prelu" is learned, one for the whole network.
        dropout: share of hidden units that are silenced in training, below 1.
    """

    architecture: ClassVar[str] = "MLP"

    in_features: int = 784
    hidden: tuple[int, ...] = (128, 64)
    classes: int = 10
    activation: Activation = "relu"
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        if self.dropout >= 1:
            raise ValueError(f"MLPConfig.dropout must be below 1; got {self.dropout}")

    @property
    def input_shape(self) -> tuple[int]:
        """The shape of one example."""
        return (self.in_features,)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of units from the input to the output.

        >>> MLPConfig().sizes
        (784, 128, 64, 10)
        """
        return (self.in_features, *self.hidden, self.classes)

    @classmethod
    def tiny(cls) -> "MLPConfig":
        """Return one for tests and for the browser: two inputs, two classes, eight units between."""
        return cls(in_features=2, hidden=(8,), classes=2, activation="tanh")


PRESETS = {"mlp": MLPConfig(), "mlp-tiny": MLPConfig.tiny()}
