"""StyleGAN2."""

from book_code.models.stylegan import discriminator_loss, generator_loss

from . import Case, Objective


def given(config, n, rng):
    """Return noise of all kinds, and real pictures."""
    maps = {
        f"noise{i}": rng.normal(size=(n, 1, side, side))
        for i, side in enumerate(config.noise_sides)
    }
    pictures = (n, *config.output_shape)
    return {
        "z": rng.normal(size=(n, config.latent)),
        "x": rng.normal(size=pictures),
        "y": rng.normal(size=pictures),
        **maps,
    }


def noise(batch):
    return [batch[key] for key in batch if key.startswith("noise")]


def numpy_generator(model, batch):
    return generator_loss(model, batch["z"], noise(batch), batch["y"], target=0.3)


def numpy_discriminator(model, batch):
    return discriminator_loss(model, batch["x"], batch["z"], noise(batch))


def torch_generator(model, batch):
    from book_code.models.stylegan import torch_training

    return torch_training.generator_loss(
        model, batch["z"], noise(batch), batch["y"], target=0.3
    )


def torch_discriminator(model, batch):
    from book_code.models.stylegan import torch_training

    return torch_training.discriminator_loss(model, batch["x"], batch["z"], noise(batch))


# A log of the authors' training (NVlabs/stylegan2-ada-pytorch, 1024 x 1024) counts 29,012,513 for the judge and has
# a row for every layer of the generator; test_stylegan.py adds these up.
GENERATOR = {1024: 30_370_060, 256: 30_034_338}
DISCRIMINATOR = {1024: 29_012_513, 256: 28_864_129}

CASES = {
    "stylegan-tiny": Case(
        batch=given,
        forward=lambda model, batch: model(batch["z"], noise(batch)),
        objectives={
            "generator": Objective(
                numpy_generator, torch_generator, trains="generator.", below=0.1, steps=40,
                shrink=0.1,
            ),
            "discriminator": Objective(
                numpy_discriminator, torch_discriminator, trains="discriminator.", below=0.8,
                steps=60, shrink=0.1,
            ),
        },
        other={
            "image_size": 16,
            "channels": 3,
            "latent": 4,
            "style": 3,
            "mapping_layers": 3,
            "mapping_lr": 0.25,
            "base": 24,
            "most": 4,
            "group": 2,
            "r1": 1.0,
            "path": 1.0,
        },
        variants=({"group": 2, "image_size": 16, "channels": 3, "base": 48},),
        published={
            f"stylegan2-{side}": GENERATOR[side] + DISCRIMINATOR[side] for side in GENERATOR
        },
    )
}  # fmt: skip
