"""VGG."""

from . import Case, cross_entropy, labelled

CASES = {
    "vgg-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(lr=0.01),
        other={
            "classes": 4,
            "image_size": 9,
            "in_channels": 2,
            "blocks": (2, 1),
            "channels": (3, 3),
            "batch_norm": True,
            "stem": "small",
            "pool": 1,
            "hidden": 7,
            "dropout": 0.5,
        },
        variants=(
            {"batch_norm": True, "stem": "small"},
            {"blocks": (1, 1, 2), "channels": (2, 3, 4), "image_size": 11, "pool": 1},
        ),
        # torchvision's; table 2 of the paper has 133, 133, 138 and 144 million for A, B, D and E
        published={
            "vgg11": 132_863_336,
            "vgg13": 133_047_848,
            "vgg16": 138_357_544,
            "vgg19": 143_667_240,
            "vgg11-bn": 132_868_840,
            "vgg13-bn": 133_053_736,
            "vgg16-bn": 138_365_992,
            "vgg19-bn": 143_678_248,
        },
        unpublished={"vgg11-fashion": "the book's own: VGG-11 for 28 x 28 grey pictures"},
    )
}
