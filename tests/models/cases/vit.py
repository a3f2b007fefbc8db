"""The Vision Transformer."""

from . import Case, With, cross_entropy, labelled

CASES = {
    "vit-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(lr=0.02),
        other={
            "image_size": 12,
            "patch": 2,
            "in_channels": 3,
            "classes": 4,
            "embed_dim": 12,
            "heads": 4,
            "feedforward": 10,
            "layers": 2,
            "pool": "mean",
            "dropout": With(0.5),
        },
        variants=({"pool": "mean"}, {"patch": 2, "in_channels": 2, "layers": 2}),
        # torchvision's vit_b_16, vit_b_32, vit_l_16
        published={"vit-b16": 86_567_656, "vit-b32": 88_224_232, "vit-l16": 304_326_632},
        unpublished={"vit-cifar": "sizes of the book"},
    )
}
