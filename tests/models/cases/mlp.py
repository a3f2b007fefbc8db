"""The multi-layer perceptron."""

from . import Case, cross_entropy, labelled

CASES = {
    "mlp-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(room={"in_features": 32}),
        other={
            "in_features": 5,
            "hidden": (8, 8),
            "classes": 4,
            "activation": "sigmoid",
            "dropout": 0.5,
        },
        variants=(
            {"hidden": (), "in_features": 6},
            {"hidden": (5, 4, 3), "activation": "relu"},
            *({"activation": a} for a in ("identity", "leaky_relu", "prelu", "elu")),
            *({"activation": a} for a in ("gelu", "silu", "softplus")),
        ),
        unpublished={"mlp": "no one paper"},
    )
}
