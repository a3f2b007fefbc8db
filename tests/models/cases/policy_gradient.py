"""Policy gradients, with a critic and without."""

import importlib

import numpy as np

from . import Batch, Case, Objective


def steps(config, n, rng) -> Batch:
    """Return what was seen and done, how good that was, and what the critic should have said."""
    return {
        "x": rng.normal(size=(n, *config.input_shape)),
        "action": np.resize(np.arange(config.actions), n),
        "advantage": rng.uniform(0.5, 1.5, size=n),
        "return": rng.normal(size=n),
    }


def loss(backend, entropy):
    def of(model, batch):
        module = importlib.import_module(f"book_code.models.policy_gradient.{backend}_model")
        given = (batch[key] for key in ("x", "action", "advantage", "return"))
        return module.actor_critic_loss(model, *given, entropy=entropy)

    return of


CASES = {
    "policy-gradient-tiny": Case(
        batch=steps,
        objectives={
            "actor and critic": Objective(
                loss("numpy", 0.0), loss("torch", 0.0), room={"hidden": (16,)}
            ),
            # what is always right becomes certain, but for the entropy that is paid for
            "with entropy": Objective(
                loss("numpy", 0.02), loss("torch", 0.02), room={"hidden": (16,)}
            ),
        },
        other={"observation": 4, "actions": 4, "hidden": (4, 3), "baseline": False},
        variants=({"baseline": False}, {"hidden": ()}, {"hidden": (4, 3)}),
        unpublished={"policy-gradient-cartpole": "an exercise, not of the paper"},
    )
}
