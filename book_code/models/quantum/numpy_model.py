"""Circuits as classifiers: Farhi and Neven (2018), arXiv:1802.06002; Schuld et al. (2018), arXiv:1804.00633.

    code             papers     shape           meaning
    x                x          (N, n)          angles in radians, one a qubit
    state            |ψ⟩        (N, 2ⁿ) twice   real and imaginary parts of the amplitudes; qubit 0 is the
                                                leftmost digit of |q0 q1 ...⟩
    angles           θ          (layers, n, 2)  of the rotations about Z and about Y
    expectations     ⟨Z_q⟩      (N, n)          1 when qubit q is surely 0, -1 when it is surely 1
    readout                     (K, n)          a classical layer makes logits of them

A layer turns every qubit about Z, then about Y, and joins each with its neighbour by a controlled NOT. (A rotation
about Z that came last would change no probability.) Deviation: a computer of today follows all 2ⁿ amplitudes, and
reads exact expectations; a quantum computer would have to estimate them from many runs, and the gradient by the
parameter-shift rule (Mitarai et al. 2018, arXiv:1803.00745).
"""

from typing import Any, NamedTuple

import numpy as np

from ...autodiff import Tensor
from ...autodiff import functional as F
from ...nn import Linear, Module
from .config import QuantumClassifierConfig


class State(NamedTuple):
    """Amplitudes of all 2ⁿ basis states, as real and imaginary parts."""

    re: Any  # (N, 2ⁿ)
    im: Any  # (N, 2ⁿ)


# --8<-- [start:gates]
def rotate_y(state: State, qubit: int, angle: Any) -> State:
    """Turn a qubit about the Y axis: [[cos, -sin], [sin, cos]] of half the angle.

    Args:
        state: the amplitudes.
        qubit: which one to turn.
        angle: one for all examples, (1,), or one for each, (N,).
    """
    c, s = halved(angle)  # (N, 1, 1)
    turned = []
    for part in state:
        zero, one = halves(part, qubit)  # (N, 2^q, 2^(n-q-1)) twice
        turned.append(joined(c * zero - s * one, s * zero + c * one))
    return State(*turned)


def rotate_z(state: State, qubit: int, angle: Any) -> State:
    """Turn a qubit about the Z axis: exp(-i/2 · angle) where it is 0, exp(+i/2 · angle) where it is 1."""
    c, s = halved(angle)  # (N, 1, 1)
    (re0, re1), (im0, im1) = (halves(part, qubit) for part in state)
    return State(
        joined(c * re0 + s * im0, c * re1 - s * im1),
        joined(c * im0 - s * re0, c * im1 + s * re1),
    )


def controlled_not(state: State, control: int, target: int) -> State:
    """Flip the target where the control is 1: some amplitudes change places."""
    source = flipped(state.re.shape[1], control, target)
    return State(state.re[:, source], state.im[:, source])


def expectations(state: State) -> Tensor:  # (N, 2ⁿ)
    """Return ⟨Z⟩ of every qubit: the probability of 0 less that of 1."""
    probabilities = state.re**2 + state.im**2  # (N, 2ⁿ)
    return probabilities @ signs(probabilities.shape[1]).astype(probabilities.dtype)  # (N, n)


# --8<-- [end:gates]


def halved(angle: Any) -> tuple[Tensor, Tensor]:
    """Return cosine and sine of half the angles, (N, 1, 1)."""
    half = 0.5 * angle.reshape(-1, 1, 1)
    return F.cos(half), F.sin(half)


def halves(part: Tensor, qubit: int) -> tuple[Tensor, Tensor]:
    """Return the amplitudes where a qubit is 0 and where it is 1, (N, 2^q, 2^(n-q-1)) each."""
    count, size = part.shape
    apart = part.reshape(count, 2**qubit, 2, size // 2 ** (qubit + 1))
    return apart[:, :, 0], apart[:, :, 1]


def joined(zero: Tensor, one: Tensor) -> Tensor:
    """Put back together what `halves` parted: (N, 2ⁿ)."""
    return F.stack([zero, one], axis=2).reshape(len(zero), 2 * zero.shape[1] * zero.shape[2])


def flipped(size: int, control: int, target: int) -> np.ndarray:
    """Return for every basis state the one that a controlled NOT takes its amplitude from.

    >>> flipped(4, control=0, target=1).tolist()
    [0, 1, 3, 2]
    """
    last = size.bit_length() - 2
    states = np.arange(size)
    return states ^ ((states >> (last - control) & 1) << (last - target))


def signs(size: int) -> np.ndarray:
    """Return for every basis state 1 where a qubit is 0, -1 where it is 1: (2ⁿ, n).

    >>> signs(4).tolist()
    [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    """
    qubits = size.bit_length() - 1
    digits = np.arange(size)[:, None] >> np.arange(qubits)[::-1] & 1
    return 1 - 2 * digits


# --8<-- [start:model]
class QuantumClassifier(Module):
    """Numbers turn qubits, layers turn and join them; what would be measured is weighed to logits.

    Shape:
        (N, n), angles in radians -> (N, K).

    >>> model = QuantumClassifier(QuantumClassifierConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((5, 2), np.float32)).shape
    (5, 2)
    """

    def __init__(
        self, config: QuantumClassifierConfig | None = None, *, rng: np.random.Generator
    ):
        super().__init__()
        config = config or QuantumClassifierConfig()
        self.config = config
        first = rng.uniform(-np.pi, np.pi, size=(config.layers, config.qubits, 2))
        self.angles = Tensor(first.astype(np.float32), requires_grad=True)
        self.readout = Linear(config.qubits, config.classes, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, n)
        """Return the logits."""
        return self.readout(expectations(self.circuit(x)))  # (N, K)

    def circuit(self, x: Any) -> State:  # (N, n)
        """Return the state at the end."""
        check_angles(x, self.config)
        x = Tensor(x).astype(self.angles.dtype)
        qubits = range(self.config.qubits)
        state = ground(len(x), self.config.qubits, x.dtype)  # (N, 2ⁿ) twice
        for number in range(self.config.layers):
            if number == 0 or self.config.reuploads:
                for qubit in qubits:
                    state = rotate_y(state, qubit, x[:, qubit])
            for qubit in qubits:
                about_z, about_y = F.split(self.angles[number, qubit], 1)
                state = rotate_y(rotate_z(state, qubit, about_z), qubit, about_y)
            for qubit in qubits if len(qubits) > 1 else ():
                state = controlled_not(state, qubit, (qubit + 1) % len(qubits))
        return state


def ground(count: int, qubits: int, dtype: Any) -> State:
    """Return |00...0⟩ for each of `count` examples.

    >>> ground(1, 2, np.float32).re.data.tolist()
    [[1.0, 0.0, 0.0, 0.0]]
    """
    re = np.zeros((count, 2**qubits), dtype)
    re[:, 0] = 1
    return State(Tensor(re), Tensor(np.zeros_like(re)))


# --8<-- [end:model]


def check_angles(x: Any, config: QuantumClassifierConfig) -> None:
    """Raise unless there is one number for each qubit.

    >>> check_angles(np.zeros((5, 3)), QuantumClassifierConfig.tiny())
    Traceback (most recent call last):
    ValueError: QuantumClassifier expected angles of shape (N, 2), one a qubit, got (5, 3)
    """
    shape = tuple(np.shape(x))
    if len(shape) != 2 or shape[1] != config.qubits:
        raise ValueError(
            f"QuantumClassifier expected angles of shape (N, {config.qubits}), one a qubit, got {shape}"
        )
