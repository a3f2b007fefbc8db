"""MobileNetV2."""

from . import Case, cross_entropy, labelled

CASES = {
    "mobilenet-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(lr=0.02),
        other={
            "classes": 4,
            "image_size": 9,
            "in_channels": 2,
            "stages": ((2, 3, 2, 2),),
            "stem_channels": 4,
            "last_channels": 6,
            "stem": "small",
            "width": 2.0,
            "round_to": 2,
            "dropout": 0.5,
        },
        variants=(
            {"stem": "small", "width": 1.5, "image_size": 7},
            {"stages": ((1, 3, 2, 1), (3, 4, 1, 2)), "in_channels": 3, "round_to": 4},
        ),
        published={
            "mobilenet-v2": 3_504_872
        },  # torchvision's; table 4 of the paper: 3.4 million
    )
}
