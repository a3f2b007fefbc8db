"""CycleGAN."""

from book_code.models.cyclegan import discriminator_loss, generator_loss

from . import Case, Objective, With


def unpaired(config, n, rng):
    """Return pictures of both kinds, and made ones; black and white: tanh never quite reaches them."""
    shapes = {"x": config.input_shape, "y": config.output_shape}
    given = {k: rng.choice([-1.0, 1.0], size=(n, *shape)) for k, shape in shapes.items()}
    made = {f"fake_{k}": rng.uniform(-1, 1, size=(n, *shape)) for k, shape in shapes.items()}
    return {**given, **made}


def torch_loss(name, keys):
    def loss(model, batch):
        from book_code.models.cyclegan import torch_model

        return getattr(torch_model, name)(model, *(batch[key] for key in keys))

    return loss


REAL, ALL = ("x", "y"), ("x", "y", "fake_x", "fake_y")
CASES = {
    "cyclegan-tiny": Case(
        batch=unpaired,
        forward=lambda model, batch: model(batch["x"], batch["y"]),
        objectives={
            "generator": Objective(
                lambda model, batch: generator_loss(model, *(batch[key] for key in REAL)),
                torch_loss("generator_loss", REAL),
                trains=("g.", "f."),
                shrink=0.01,
                room={"channels": 8},
                below=8.0,
                lr=0.01,
                steps=60,
            ),
            "discriminator": Objective(
                lambda model, batch: discriminator_loss(model, *(batch[key] for key in ALL)),
                torch_loss("discriminator_loss", ALL),
                trains=("d_x.", "d_y."),
                shrink=0.01,
                room={"channels": 8},
                below=0.1,
                steps=60,
            ),
        },
        other={
            "image_size": 12,
            "x_channels": With(2, identity=0.0),
            "y_channels": With(2, identity=0.0),
            "channels": 3,
            "blocks": 2,
            "layers": With(2, image_size=16),
            "cycle": 1.0,
            "identity": 0.0,
        },
        variants=(
            {"blocks": 2, "x_channels": 3, "identity": 0.0},
            {"layers": 2, "image_size": 16},
        ),
        # the authors' code prints 11.378 M (resnet_9blocks) and 2.765 M (three layers); test_cyclegan.py adds up
        published={"cyclegan": 2 * (11_378_179 + 2_764_737)},
        unpublished={
            "cyclegan-128": "six blocks: as cyclegan without three blocks of 1,180,160"
        },
    )
}
