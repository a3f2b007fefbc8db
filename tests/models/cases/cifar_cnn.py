"""The plain network for CIFAR-10."""

from . import Case, cross_entropy, labelled

CASES = {
    "cifar-cnn-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(lr=0.02),
        other={
            "classes": 4,
            "image_size": 9,
            "in_channels": 2,
            "filters": (2, 4),
            "convolutions": 2,
            "kernel_size": 5,
            "batch_norm": False,
            "pooling": "stride",
            "head": "flatten",
            "dropout": 0.5,
        },
        variants=(
            *({"pooling": pooling, "head": "flatten"} for pooling in ("avg", "stride", "none")),
            {"batch_norm": False, "convolutions": 2, "kernel_size": 5, "pooling": "stride"},
            {"filters": (2, 3, 4), "image_size": 11, "pooling": "stride", "convolutions": 2},
        ),
        unpublished={
            "cifar-cnn": "the book's own network",
            "cifar-cnn-wide": "the book's own network",
        },
    )
}
