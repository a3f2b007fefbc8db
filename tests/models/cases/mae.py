"""The masked autoencoder."""

from book_code.models.mae import draw_order, mae_loss

from . import Case, Objective


def hidden(config, n, rng):
    """Return pictures, and their patches in random order."""
    x = rng.normal(size=(n, *config.input_shape))
    return {"x": x, "order": draw_order(config, n, rng=rng)}


def torch_loss(model, batch):
    from book_code.models.mae import torch_model

    return torch_model.mae_loss(model, batch["x"], batch["order"])


CASES = {
    "mae-tiny": Case(
        batch=hidden,
        forward=lambda model, batch: model(batch["x"], batch["order"]),
        objectives={
            "pixels": Objective(
                lambda model, batch: mae_loss(model, batch["x"], batch["order"]),
                torch_loss,
                room={"embed_dim": 16, "decoder_dim": 16, "decoder_feedforward": 32},
                lr=0.02,
                steps=80,
            )
        },
        other={
            "image_size": 12,
            "patch": 2,
            "in_channels": 3,
            "embed_dim": 12,
            "heads": 4,
            "feedforward": 8,
            "layers": 2,
            "decoder_dim": 8,
            "decoder_heads": 1,
            "decoder_feedforward": 6,
            "decoder_layers": 2,
            "mask_ratio": 0.25,
            "normalize": False,
        },
        variants=(
            {"normalize": False, "in_channels": 3, "image_size": 12, "mask_ratio": 0.75},
            {"layers": 2, "decoder_layers": 2},
        ),
        # transformers' ViTMAEForPreTraining, places not counted; test_mae_torch.py builds it
        published={"mae-b16": 111_655_680, "mae-l16": 329_239_296},
    )
}
