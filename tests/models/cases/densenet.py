"""DenseNet."""

from . import Case, With, cross_entropy, labelled

CASES = {
    "densenet-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(lr=0.01),
        other={
            "classes": 4,
            "image_size": 20,
            "in_channels": 2,
            "growth": 3,
            "blocks": (1, 2),
            "init_features": 5,
            "bottleneck": 3,
            "compression": 1.0,
            "stem": With("small", image_size=8),
            "dropout": 0.5,
        },
        variants=(
            {"stem": "small", "image_size": 7},
            {"blocks": (1, 1, 1), "compression": 0.7, "image_size": 17},
        ),
        published={
            # torchvision's
            "densenet121": 7_978_856,
            "densenet169": 14_149_480,
            "densenet201": 20_013_928,
            # table 2 of the paper: 0.8 million; here to the last one, from the layers
            "densenet-bc-100-12": 769_162,
        },
        unpublished={
            "densenet-fashion": "the book's own: four short blocks for 28 x 28 pictures"
        },
    )
}
