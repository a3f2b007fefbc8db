"""AlexNet."""

from . import Case, With, cross_entropy, labelled

CASES = {
    "alexnet-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(lr=0.01, room={"channels": (4, 5, 6, 5, 5), "hidden": 16}),
        other={
            "classes": 4,
            "image_size": 20,
            "in_channels": 2,
            "channels": (2, 3, 4, 3, 4),
            "stem": With("imagenet", image_size=64),
            "pool": 2,
            "hidden": 7,
            "dropout": 0.5,
        },
        variants=(
            {"image_size": 64, "stem": "imagenet", "in_channels": 3},
            {"image_size": 35, "pool": 2},
        ),
        published={
            "alexnet": 61_100_840
        },  # torchvision's; the paper's two towers have 60 million
        unpublished={"alexnet-fashion": "the book's own: AlexNet for 28 x 28 grey pictures"},
    )
}
