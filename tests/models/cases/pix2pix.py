"""Pix2Pix."""

from book_code.models.pix2pix import discriminator_loss, generator_loss

from . import Case, Objective, With


def pairs(config, n, rng):
    """Return pictures given, and pictures wanted, both away from kinks, so that differences can be taken.

    The given ones are bright, since the weights start small; the wanted ones black and white, which tanh never
    quite reaches.
    """
    return {
        "x": rng.normal(scale=5.0, size=(n, *config.input_shape)),
        "y": rng.choice([-1.0, 1.0], size=(n, *config.output_shape)),
    }


def torch_loss(name):
    def loss(model, batch):
        from book_code.models.pix2pix import torch_model

        return getattr(torch_model, name)(model, batch["x"], batch["y"])

    return loss


CASES = {
    "pix2pix-tiny": Case(
        batch=pairs,
        objectives={
            "discriminator": Objective(
                lambda model, batch: discriminator_loss(model, batch["x"], batch["y"]),
                torch_loss("discriminator_loss"),
                trains="discriminator.",
                lr=0.02,
                steps=60,
            ),
            "generator": Objective(  # the judge stands still and is not quite fooled: about 1.1 of 11 stays
                lambda model, batch: generator_loss(model, batch["x"], batch["y"]),
                torch_loss("generator_loss"),
                trains="generator.",
                room={"channels": 24},
                below=1.2,
                lr=0.015,
                steps=120,
            ),
        },
        other={
            "image_size": 12,
            "in_channels": 1,
            "out_channels": 2,
            "channels": 2,
            "downs": 3,
            "layers": With(2, image_size=16),
            "dropout": 0.5,
            "l1": 1.0,
        },
        variants=({"downs": 3, "image_size": 16, "layers": 2, "out_channels": 3},),
        # the authors' code prints 54.414 M (unet_256) and 2.769 M (three layers); test_pix2pix.py adds the layers up
        published={"pix2pix": 54_413_955 + 2_768_705},
    )
}
