"""Spiking networks: the smooth one, and the one that fires, of which only the surrogate gradient is compared."""

from book_code import losses

from . import Case, Objective, labelled


def numpy_loss(model, batch):
    return losses.cross_entropy(model(batch["x"]).logits, batch["y"])


def torch_loss(model, batch):
    from torch.nn import functional

    return functional.cross_entropy(model(batch["x"]).logits, batch["y"])


CASES = {
    "spiking-tiny": Case(
        batch=labelled,
        objectives={"cross_entropy": Objective(numpy_loss, torch_loss, room={"hidden": (16,)})},
        other={
            "in_features": 4,
            "steps": 5,
            "hidden": (4, 6),
            "classes": 4,
            "current_decay": 0.5,
            "membrane_decay": 0.6,
            "threshold": 0.5,
            "spike": "step",
            "slope": 7.0,
        },
        variants=(
            {"spike": "step"},
            {"spike": "step", "threshold": 0.2, "hidden": (4, 6)},
            {"hidden": ()},
        ),
        unpublished={"spiking-digits": "an exercise, not of the papers"},
    )
}
