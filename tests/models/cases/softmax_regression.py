"""Softmax regression."""

from . import Case, cross_entropy, labelled

CASES = {
    "softmax-regression-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(room={"in_features": 32}),
        other={"in_features": 5, "classes": 4, "bias": False},
        variants=({"bias": False},),
        unpublished={"softmax-regression": "no one paper"},
    )
}
