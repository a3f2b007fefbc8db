"""LeNet-5."""

from . import Case, cross_entropy, labelled

CASES = {
    "lenet-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(),
        room={"image_size": 24},  # for larger kernels and strides
        other={
            "classes": 4,
            "image_size": 20,
            "in_channels": 3,
            "channels": (2, 4),
            "hidden": (6, 5),
            "kernel_size": 5,
            "stride": 2,
            "activation": "sigmoid",
            "pooling": "max",
            "width": 2.0,
        },
        variants=(
            *(
                {"image_size": 12, "activation": activation, "pooling": pooling}
                for activation in ("tanh", "relu", "sigmoid")
                for pooling in ("avg", "max", "stride", "none")
            ),
            {"image_size": 16, "kernel_size": 5, "width": 1.5, "in_channels": 2},
            {"image_size": 11, "stride": 2, "kernel_size": 1},
            {"image_size": 13, "pooling": "max", "kernel_size": 3},
        ),
        published={"lenet5": 61_706},  # by the layers of section II.B, with C3 fully connected
        unpublished={"lenet5-modern": "not of the paper; as many as lenet5"},
    )
}
