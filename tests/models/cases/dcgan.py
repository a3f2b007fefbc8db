"""DCGAN, with batch norm, spectral norm and minibatch discrimination."""

from book_code.models.gan import numpy_model

from . import Case, With
from .gan import LOSSES, examples_and_noise, forward, players

CASES = {
    "dcgan-tiny": Case(
        batch=examples_and_noise,
        forward=forward,
        objectives=players(numpy_model, discriminator={"steps": 80}, generator={"below": 0.6}),
        other={
            "image_size": 4,
            "in_channels": 2,
            "start": 4,
            "latent": 3,
            "generator": 3,
            "discriminator": 2,
            "norm": "spectral",
            "minibatch": 2,
            "kernel_dims": With(3, minibatch=2),
            "loss": "hinge",
        },
        variants=(
            *({"loss": loss} for loss in LOSSES),
            {"norm": "spectral", "in_channels": 3, "loss": "hinge"},
            {"norm": "none", "image_size": 6, "start": 3},
            {"minibatch": 3},
            {"minibatch": 2, "norm": "spectral", "image_size": 4},
        ),
        # PyTorch's example (pytorch/examples, dcgan/main.py); tests/models/test_dcgan.py adds up its layers
        published={"dcgan": 3_576_704 + 2_765_568},
        unpublished={"dcgan-mnist": "a size of this book"},
    )
}
