"""Sizes of simulated quantum circuits (Schuld, Bocharov, Svore and Wiebe 2018, arXiv:1804.00633)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields

MOST_QUBITS = 16  # 65 536 amplitudes for each example


@dataclass(frozen=True)
class QuantumClassifierConfig:
    """One qubit for each number, layers of rotations and a ring of controlled NOTs, then a classical layer.

    Attributes:
        qubits: number of qubits n, as many as an example has numbers.
        layers: number of layers.
        classes: number of classes K.
        reuploads: whether the numbers turn the qubits again before every layer (Pérez-Salinas et al. 2020,
            arXiv:1907.02085), not only before the first.
    """

    architecture: ClassVar[str] = "QuantumClassifier"

    qubits: int = 4
    layers: int = 3
    classes: int = 3
    reuploads: bool = False

    def __post_init__(self) -> None:
        check_fields(self)
        if self.qubits > MOST_QUBITS:
            raise ValueError(
                f"QuantumClassifierConfig.qubits must be at most {MOST_QUBITS}, each one more doubles the state; "
                f"got {self.qubits}"
            )

    @property
    def input_shape(self) -> tuple[int]:
        """The shape of one example."""
        return (self.qubits,)

    @classmethod
    def tiny(cls) -> "QuantumClassifierConfig":
        """Return one for tests and for the browser: two qubits, two classes."""
        return cls(qubits=2, layers=1, classes=2)


PRESETS = {
    "quantum-iris": QuantumClassifierConfig(),
    "quantum-tiny": QuantumClassifierConfig.tiny(),
}
