"""GoogLeNet, with its auxiliary classifiers and without."""

from book_code.models.googlenet import googlenet_loss

from . import Case, Objective, With, labelled

MODULE = (2, 1, 2, 1, 2, 1)


def torch_loss(model, batch):
    from book_code.models.googlenet.torch_model import googlenet_loss

    return googlenet_loss(model(batch["x"]), batch["y"])


CASES = {
    "googlenet-tiny": Case(
        batch=labelled,
        objectives={
            "three_losses": Objective(
                lambda model, batch: googlenet_loss(model(batch["x"]), batch["y"]),
                torch_loss,
                lr=0.03,
                steps=50,
                room={"aux_channels": 4, "aux_hidden": 16},
            )
        },
        other={
            "classes": 4,
            "image_size": 9,
            "in_channels": 2,
            "stem": With("imagenet", image_size=17),
            "stem_channels": (2, 4),
            "stages": ((MODULE,), (MODULE, MODULE), (MODULE,)),
            "third_kernel": 5,
            "aux": False,
            "aux_channels": 3,
            "aux_hidden": 6,
            "dropout": 0.5,
            "aux_dropout": 0.5,
        },
        variants=(
            {"stem": "imagenet", "image_size": 17, "third_kernel": 5},
            {"aux": False, "stages": ((MODULE, (1, 2, 1, 1, 2, 1)), (MODULE,), (MODULE,))},
            {"stages": ((MODULE,), (MODULE, (1, 2, 1, 1, 2, 1), MODULE), (MODULE,))},
        ),
        # torchvision's GoogLeNet() with both auxiliary classifiers (without them 6,624,904)
        published={"googlenet": 13_004_888},
        unpublished={
            "googlenet-fashion": "the book's own: GoogLeNet for 28 x 28 grey pictures"
        },
    )
}
