"""The sizes of softmax regression."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class SoftmaxRegressionConfig:
    """One linear layer from D inputs to K classes.

    Attributes:
        in_features: number of inputs D, after flattening.
        classes: number of classes K.
        bias: whether each class has a bias.
    """

    architecture: ClassVar[str] = "SoftmaxRegression"

    in_features: int = 784
    classes: int = 10
    bias: bool = True

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def input_shape(self) -> tuple[int]:
        """The shape of one example."""
        return (self.in_features,)

    @classmethod
    def tiny(cls) -> "SoftmaxRegressionConfig":
        """Return one for tests: four measurements, three classes."""
        return cls(in_features=4, classes=3)


PRESETS = {
    "softmax-regression": SoftmaxRegressionConfig(),
    "softmax-regression-tiny": SoftmaxRegressionConfig.tiny(),
}
