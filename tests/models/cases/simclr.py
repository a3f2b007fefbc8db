"""SimCLR."""

from book_code.models.simclr import simclr_loss

from . import Case, Objective, With


def pairs(config, n, rng):
    """Return two views of each picture, of which only noise tells them apart."""
    x = rng.normal(size=(n, *config.input_shape))
    return {"x": x, "other": x + 0.3 * rng.normal(size=x.shape)}


def torch_loss(model, batch):
    from book_code.models.simclr import torch_model

    return torch_model.simclr_loss(model, batch["x"], batch["other"])


CASES = {
    "simclr-tiny": Case(
        batch=pairs,
        objectives={
            "nt_xent": Objective(
                lambda model, batch: simclr_loss(model, batch["x"], batch["other"]),
                torch_loss,
                room={"width": 8, "projection": 16, "temperature": 0.1},
                lr=0.01,
                steps=60,
                shrink=0.1,
            )
        },
        other={
            "image_size": 6,
            "in_channels": 3,
            "block": "bottleneck",
            "blocks": (2,),
            "width": 4,
            "stem": With("imagenet", image_size=16),
            "projection": 5,
            "temperature": 0.2,
        },
        variants=(
            {"block": "bottleneck", "blocks": (1, 1), "in_channels": 3},
            {"stem": "imagenet", "image_size": 16, "temperature": 0.1},
        ),
        unpublished={
            "simclr-resnet50": "the head is counted nowhere; test_simclr.py has torchvision's ResNet-50 in it",
            "simclr-cifar10": "the same with a stem for small pictures",
        },
    )
}
