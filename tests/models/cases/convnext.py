"""ConvNeXt."""

from . import Case, cross_entropy, labelled

CASES = {
    "convnext-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(lr=0.02),
        other={
            "classes": 4,
            "image_size": 10,
            "in_channels": 2,
            "blocks": (1, 2),
            "channels": (4, 4),
            "patch_size": 1,
            "kernel_size": 5,
            "layer_scale": 0.5,
            "stochastic_depth": 0.9,
        },
        variants=(
            {"patch_size": 1, "image_size": 5, "kernel_size": 5},
            {"blocks": (2, 1, 1), "channels": (3, 2, 4), "image_size": 17, "in_channels": 3},
        ),
        # torchvision's; the paper: 29 and 50 million
        published={"convnext-t": 28_589_128, "convnext-s": 50_223_688},
    )
}
