"""A simulated circuit in PyTorch against complex matrices of PyTorch's own."""

import pytest
import torch

from book_code.models.quantum import QuantumClassifierConfig
from book_code.models.quantum.torch_model import QuantumClassifier

pytestmark = pytest.mark.torch


def test_the_circuit_is_the_product_of_complex_unitaries():
    torch.manual_seed(0)
    model = QuantumClassifier(QuantumClassifierConfig(qubits=2, layers=1)).double()
    x = torch.randn(1, 2, dtype=torch.float64)
    y = torch.tensor([[0, -1j], [1j, 0]], dtype=torch.complex128)
    z = torch.diag(torch.tensor([1, -1], dtype=torch.complex128))

    def turn(pauli, angle):
        return torch.matrix_exp(-0.5j * angle * pauli)

    psi = torch.zeros(4, dtype=torch.complex128)
    psi[0] = 1
    psi = torch.kron(turn(y, x[0, 0]), turn(y, x[0, 1])) @ psi
    (z0, y0), (z1, y1) = model.angles[0]
    psi = torch.kron(turn(y, y0) @ turn(z, z0), turn(y, y1) @ turn(z, z1)) @ psi
    psi = psi[[0, 1, 3, 2]][[0, 3, 2, 1]]  # controlled NOT from 0 to 1, then from 1 to 0
    state = model.circuit(x)
    torch.testing.assert_close(torch.complex(state.re, state.im)[0], psi)
    probabilities = psi.abs() ** 2
    expected = probabilities @ torch.tensor(
        [[1, 1], [1, -1], [-1, 1], [-1, -1]], dtype=torch.float64
    )
    torch.testing.assert_close(model(x)[0], model.readout(expected))
