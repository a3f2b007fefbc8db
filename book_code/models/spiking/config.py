"""Sizes and constants of spiking networks (Neftci, Mostafa and Zenke 2019, arXiv:1901.09948, section III)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class SpikingNetConfig:
    """Layers of neurons that integrate, leak, and fire; the last ones only integrate.

    Attributes:
        in_features: number of inputs, each a train of spikes.
        steps: length of the trains.
        hidden: neurons of each hidden layer.
        classes: number of classes K.
        current_decay: share of the current that is left after a step, α, below 1.
        membrane_decay: share of the potential that is left after a step, β, below 1.
        threshold: the potential at which a neuron fires, θ; firing lowers it by as much.
        spike: "step": 0 or 1, with the surrogate gradient of SuperSpike; "sigmoid": a number between them, with
            its own gradient.
        slope: how steep the surrogate, or the sigmoid, is.
    """

    architecture: ClassVar[str] = "SpikingNet"

    in_features: int = 64
    steps: int = 12
    hidden: tuple[int, ...] = (128,)
    classes: int = 10
    current_decay: float = 0.7
    membrane_decay: float = 0.9
    threshold: float = 1.0
    spike: Literal["step", "sigmoid"] = "step"
    slope: float = 10.0

    def __post_init__(self) -> None:
        check_fields(self)
        for name in ("current_decay", "membrane_decay"):
            if getattr(self, name) >= 1:
                raise ValueError(
                    f"SpikingNetConfig.{name} must be below 1; got {getattr(self, name)}"
                )
        if self.threshold == 0 or self.slope == 0:
            raise ValueError("SpikingNetConfig.threshold and slope must be above 0")

    @property
    def input_shape(self) -> tuple[int, int]:
        """The shape of one example, (T, D)."""
        return (self.steps, self.in_features)

    @classmethod
    def tiny(cls) -> "SpikingNetConfig":
        """Return one for tests and for the browser: smooth, so that its gradient is the derivative of what it does."""
        return cls(in_features=3, steps=4, hidden=(5,), classes=3, spike="sigmoid", slope=4.0)


PRESETS = {
    "spiking-digits": SpikingNetConfig(),  # 8 x 8 digits, each pixel a neuron that fires once
    "spiking-tiny": SpikingNetConfig.tiny(),
}
