"""Deep Q-networks."""

import importlib

from . import Batch, Case, Objective


def steps(config, n, rng) -> Batch:
    """Return what was seen, what was done, and what that should be worth: some far off, some near."""
    x = rng.normal(size=(n, *config.input_shape))
    return {
        "x": x,
        "action": rng.integers(config.actions, size=n),
        "target": 2 * rng.normal(size=n),
    }


def loss(backend):
    def of(model, batch):
        module = importlib.import_module(f"book_code.models.dqn.{backend}_model")
        return module.td_loss(model, batch["x"], batch["action"], batch["target"])

    return of


CASES = {
    "dqn-tiny": Case(
        batch=steps,
        objectives={"td": Objective(loss("numpy"), loss("torch"), room={"hidden": (16,)})},
        other={
            "observation": (1, 7, 6),
            "actions": 4,
            "channels": (4,),
            "kernels": (2,),
            "strides": (1,),
            "hidden": (6, 5),
        },
        variants=(
            {"observation": (5,), "channels": (), "kernels": (), "strides": ()},
            {"channels": (3, 2), "kernels": (3, 2), "strides": (1, 2), "hidden": ()},
        ),
        # the layers of extended data table 1 with biases: 8224 + 32 832 + 36 928 + 1 606 144 + 9234
        published={"dqn-atari": 1_693_362},
        unpublished={"dqn-cartpole": "an exercise, not of the paper"},
    )
}
