"""A simulated circuit in PyTorch: the names, shapes and results of `numpy_model.py` (Schuld et al. 2018)."""

import math

import torch
from torch import Tensor, nn

from .config import QuantumClassifierConfig
from .numpy_model import State, check_angles, flipped, signs


# --8<-- [start:gates]
def rotate_y(state: State, qubit: int, angle: Tensor) -> State:
    """Turn a qubit about the Y axis: [[cos, -sin], [sin, cos]] of half the angle."""
    c, s = halved(angle)  # (N, 1, 1)
    turned = []
    for part in state:
        zero, one = halves(part, qubit)  # (N, 2^q, 2^(n-q-1)) twice
        turned.append(joined(c * zero - s * one, s * zero + c * one))
    return State(*turned)


def rotate_z(state: State, qubit: int, angle: Tensor) -> State:
    """Turn a qubit about the Z axis: exp(-i/2 · angle) where it is 0, exp(+i/2 · angle) where it is 1."""
    c, s = halved(angle)  # (N, 1, 1)
    (re0, re1), (im0, im1) = (halves(part, qubit) for part in state)
    return State(
        joined(c * re0 + s * im0, c * re1 - s * im1),
        joined(c * im0 - s * re0, c * im1 + s * re1),
    )


def controlled_not(state: State, control: int, target: int) -> State:
    """Flip the target where the control is 1: some amplitudes change places."""
    source = torch.from_numpy(flipped(state.re.shape[1], control, target)).to(state.re.device)
    return State(state.re[:, source], state.im[:, source])


def expectations(state: State) -> Tensor:  # (N, 2ⁿ)
    """Return ⟨Z⟩ of every qubit: the probability of 0 less that of 1."""
    probabilities = state.re**2 + state.im**2  # (N, 2ⁿ)
    return probabilities @ torch.from_numpy(signs(probabilities.shape[1])).to(probabilities)


# --8<-- [end:gates]


def halved(angle: Tensor) -> tuple[Tensor, Tensor]:
    """Return cosine and sine of half the angles, (N, 1, 1)."""
    half = 0.5 * angle.reshape(-1, 1, 1)
    return half.cos(), half.sin()


def halves(part: Tensor, qubit: int) -> tuple[Tensor, Tensor]:
    """Return the amplitudes where a qubit is 0 and where it is 1, (N, 2^q, 2^(n-q-1)) each."""
    count, size = part.shape
    apart = part.reshape(count, 2**qubit, 2, size // 2 ** (qubit + 1))
    return apart[:, :, 0], apart[:, :, 1]


def joined(zero: Tensor, one: Tensor) -> Tensor:
    """Put back together what `halves` parted: (N, 2ⁿ)."""
    return torch.stack([zero, one], dim=2).reshape(len(zero), -1)


# --8<-- [start:model]
class QuantumClassifier(nn.Module):
    """Numbers turn qubits, layers turn and join them; what would be measured is weighed to logits."""

    def __init__(self, config: QuantumClassifierConfig | None = None):
        super().__init__()
        config = config or QuantumClassifierConfig()
        self.config = config
        first = torch.empty(config.layers, config.qubits, 2).uniform_(-math.pi, math.pi)
        self.angles = nn.Parameter(first)
        self.readout = nn.Linear(config.qubits, config.classes)

    def forward(self, x: Tensor) -> Tensor:  # (N, n)
        """Return the logits."""
        return self.readout(expectations(self.circuit(x)))  # (N, K)

    def circuit(self, x: Tensor) -> State:  # (N, n)
        """Return the state at the end."""
        check_angles(x, self.config)
        qubits = range(self.config.qubits)
        state = ground(len(x), self.config.qubits, like=self.angles)  # (N, 2ⁿ) twice
        for number in range(self.config.layers):
            if number == 0 or self.config.reuploads:
                for qubit in qubits:
                    state = rotate_y(state, qubit, x[:, qubit])
            for qubit in qubits:
                about_z, about_y = self.angles[number, qubit]
                state = rotate_y(rotate_z(state, qubit, about_z), qubit, about_y)
            for qubit in qubits if len(qubits) > 1 else ():
                state = controlled_not(state, qubit, (qubit + 1) % len(qubits))
        return state


def ground(count: int, qubits: int, like: Tensor) -> State:
    """Return |00...0⟩ for each of `count` examples."""
    re = like.new_zeros(count, 2**qubits)
    re[:, 0] = 1
    return State(re, torch.zeros_like(re))


# --8<-- [end:model]
