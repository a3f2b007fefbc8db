"""Simulated circuits: equal to dense unitaries, of norm 1, with gradients as a quantum computer would find them."""

from functools import reduce

import numpy as np
import pytest

from book_code import data, optim
from book_code.autodiff import Tensor, no_grad
from book_code.losses import cross_entropy
from book_code.models import registry
from book_code.models.quantum import QuantumClassifierConfig
from book_code.models.quantum.numpy_model import (
    State,
    controlled_not,
    expectations,
    rotate_y,
    rotate_z,
)

I2, X, Y, Z = (
    np.array(m)
    for m in ([[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])
)
P0, P1 = np.diag([1, 0]), np.diag([0, 1])


def on(n, **places):
    """Return the Kronecker product of matrices on some qubits, q0=..., and the identity on the rest."""
    return reduce(np.kron, [places.get(f"q{i}", I2) for i in range(n)])


def turned(pauli, angle):
    """Return exp(-i/2 · angle · pauli)."""
    return np.cos(angle / 2) * I2 - 1j * np.sin(angle / 2) * pauli


def dense_not(n, control, target):
    return on(n, **{f"q{control}": P0}) + on(n, **{f"q{control}": P1, f"q{target}": X})


@pytest.fixture
def psi():
    """Five states of three qubits."""
    rng = np.random.default_rng(0)
    psi = rng.normal(size=(5, 8)) + 1j * rng.normal(size=(5, 8))
    return psi / np.linalg.norm(psi, axis=1, keepdims=True)


def parts(psi):
    return State(Tensor(psi.real), Tensor(psi.imag))


def whole(state):
    return state.re.data + 1j * state.im.data


@pytest.mark.parametrize("qubit", range(3))
def test_rotations_are_those_of_the_pauli_matrices(psi, qubit):
    for rotate, pauli in ((rotate_y, Y), (rotate_z, Z)):
        unitary = on(3, **{f"q{qubit}": turned(pauli, 0.7)})
        found = whole(rotate(parts(psi), qubit, Tensor(np.array([0.7]))))
        np.testing.assert_allclose(found, psi @ unitary.T, atol=1e-14)
        each = np.arange(5) / 3
        found = whole(rotate(parts(psi), qubit, Tensor(each)))
        for row, angle in enumerate(each):
            unitary = on(3, **{f"q{qubit}": turned(pauli, angle)})
            np.testing.assert_allclose(found[row], unitary @ psi[row], atol=1e-14)


@pytest.mark.parametrize(("control", "target"), [(0, 1), (2, 0), (1, 2), (0, 2)])
def test_controlled_not_is_that_of_projectors(psi, control, target):
    found = whole(controlled_not(parts(psi), control, target))
    np.testing.assert_allclose(found, psi @ dense_not(3, control, target).T, atol=1e-15)


def test_expectations_are_those_of_z(psi):
    found = expectations(parts(psi)).data
    for qubit in range(3):
        wanted = np.einsum("ni,ij,nj->n", psi.conj(), on(3, **{f"q{qubit}": Z}), psi)
        np.testing.assert_allclose(found[:, qubit], wanted.real, atol=1e-14)


@pytest.mark.parametrize("reuploads", [False, True])
def test_the_circuit_is_the_product_of_its_unitaries(reuploads):
    model = build(qubits=3, layers=2, reuploads=reuploads)
    x, angles = np.array([[0.3, -1.2, 2.5]]), model.angles.data
    psi = np.eye(8)[0]
    for number in range(2):
        if number == 0 or reuploads:
            psi = on(3, **{f"q{i}": turned(Y, x[0, i]) for i in range(3)}) @ psi
        psi = on(3, **{f"q{i}": turned(Z, angles[number, i, 0]) for i in range(3)}) @ psi
        psi = on(3, **{f"q{i}": turned(Y, angles[number, i, 1]) for i in range(3)}) @ psi
        for i in range(3):
            psi = dense_not(3, i, (i + 1) % 3) @ psi
    np.testing.assert_allclose(whole(model.circuit(x))[0], psi, atol=1e-14)
    logits = [
        psi.conj() @ on(3, **{f"q{i}": Z}) @ psi for i in range(3)
    ] @ model.readout.weight.data.T + model.readout.bias.data
    np.testing.assert_allclose(model(x).data[0], logits.real, atol=1e-14)


def build(**fields):
    return registry.build("quantum-tiny", rng=np.random.default_rng(1), **fields).astype(
        np.float64
    )


def test_probabilities_stay_1():
    model = build(qubits=5, layers=4, reuploads=True)
    x = np.random.default_rng(0).normal(size=(7, 5))
    state = model.circuit(x)
    np.testing.assert_allclose((np.abs(whole(state)) ** 2).sum(axis=1), 1, rtol=1e-13)


def test_the_gradient_is_that_of_the_parameter_shift_rule():
    """arXiv:1803.00745, arXiv:1811.11184: (f(θ + π/2) - f(θ - π/2)) / 2, without any derivative."""
    model = build(qubits=3, layers=2)
    x = np.random.default_rng(0).normal(size=(1, 3))

    def measured():
        return expectations(model.circuit(x))[0, 1]

    measured().backward()
    start, shifted = model.angles.data.copy(), np.zeros(model.angles.shape)
    for place in np.ndindex(*start.shape):
        for sign in (1, -1):
            model.angles.data = start.copy()
            model.angles.data[place] += sign * np.pi / 2
            with no_grad():
                shifted[place] += sign * measured().item() / 2
    np.testing.assert_allclose(model.angles.grad.data, shifted, atol=1e-13)
    assert np.abs(shifted).max() > 0.1


def test_two_qubits_can_be_entangled():
    """A quarter turn and a controlled NOT make (|00> + |11>) / √2: neither qubit has a value, both have the same."""
    state = parts(np.eye(4, dtype=complex)[:1])
    state = controlled_not(rotate_y(state, 0, Tensor(np.array([np.pi / 2]))), 0, 1)
    np.testing.assert_allclose(whole(state)[0], np.array([1, 0, 0, 1]) / np.sqrt(2), atol=1e-15)
    np.testing.assert_allclose(expectations(state).data, 0, atol=1e-15)


def test_flowers_are_told_apart():
    iris = data.load("iris")
    low, high = iris.train.x.min(axis=0), iris.train.x.max(axis=0)

    def angles(x):
        return (np.pi * (x - low) / (high - low)).astype(np.float32)

    model = registry.build("quantum-iris", rng=np.random.default_rng(0), layers=1)
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    for _ in range(60):
        optimizer.zero_grad()
        cross_entropy(model(angles(iris.train.x)), iris.train.y).backward()
        optimizer.step()
    found = model(angles(iris.test.x)).data.argmax(axis=1)
    assert (found == iris.test.y).mean() >= 0.9


def test_what_cannot_be_simulated_is_refused():
    with pytest.raises(ValueError, match="at most 16"):
        QuantumClassifierConfig(qubits=17)
    model = build()
    for shape in ((2, 3), (2,), (2, 2, 1)):
        with pytest.raises(ValueError, match=r"angles of shape \(N, 2\)"):
            model(np.zeros(shape))


def test_no_example_at_all_gives_no_logits() -> None:
    net = registry.build("quantum-tiny", rng=np.random.default_rng(0))
    assert net(np.zeros((0, 2))).shape == (0, 2)
