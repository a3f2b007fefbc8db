"""Simulated quantum circuits."""

from . import Case, cross_entropy, labelled

CASES = {
    "quantum-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(
            room={"qubits": 3, "layers": 3, "reuploads": True}, steps=60, lr=0.2
        ),
        other={"qubits": 3, "layers": 3, "classes": 3, "reuploads": True},
        room={"layers": 2},
        variants=({"qubits": 3, "layers": 2, "reuploads": True}, {"qubits": 1}),
        unpublished={"quantum-iris": "an exercise, not of the papers"},
    )
}
