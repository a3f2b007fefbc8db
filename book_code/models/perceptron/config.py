"""The sizes of the perceptron (Rosenblatt 1958) and of its multi-class form."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class PerceptronConfig:
    """One unit with D inputs that says -1 or +1.

    Attributes:
        in_features: number of inputs D, after flattening.
        bias: whether the unit has a bias; without one its boundary goes through the origin.
    """

    architecture: ClassVar[str] = "Perceptron"

    in_features: int = 2
    bias: bool = True

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def input_shape(self) -> tuple[int]:
        """The shape of one example."""
        return (self.in_features,)

    @classmethod
    def tiny(cls) -> "PerceptronConfig":
        """Return one for tests: three inputs."""
        return cls(in_features=3)


@dataclass(frozen=True)
class MulticlassPerceptronConfig:
    """One unit a class; the class with the highest score wins.

    Attributes:
        in_features: number of inputs D, after flattening.
        classes: number of classes K, two or more.
        bias: whether the units have a bias.
    """

    architecture: ClassVar[str] = "MulticlassPerceptron"

    in_features: int = 784
    classes: int = 10
    bias: bool = True

    def __post_init__(self) -> None:
        check_fields(self)
        if self.classes < 2:
            raise ValueError(f"a choice needs at least two classes; got {self.classes}")

    @property
    def input_shape(self) -> tuple[int]:
        """The shape of one example."""
        return (self.in_features,)

    @classmethod
    def tiny(cls) -> "MulticlassPerceptronConfig":
        """Return one for tests: four measurements, three classes."""
        return cls(in_features=4, classes=3)


PRESETS = {
    "perceptron": PerceptronConfig(),
    "perceptron-tiny": PerceptronConfig.tiny(),
    "multiclass-perceptron": MulticlassPerceptronConfig(),
    "multiclass-perceptron-tiny": MulticlassPerceptronConfig.tiny(),
}
