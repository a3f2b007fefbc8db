"""Several tasks on one trunk."""

import numpy as np

from book_code.models.multi_task import numpy_model

from . import Batch, Case, Objective


def two_labels(config, n, rng) -> Batch:
    """Return inputs and a label for each task."""
    labels = [np.resize(np.arange(classes), n) for classes in config.tasks]
    return {"x": rng.normal(size=(n, *config.input_shape)), "y": np.stack(labels, axis=1)}


def torch_loss(model, batch):
    from book_code.models.multi_task import torch_model

    return torch_model.loss(model, batch["x"], batch["y"])


CASES = {
    "multi-task-tiny": Case(
        batch=two_labels,
        objectives={
            # with learned weights the sum goes below 0, as the noise that is believed goes to 0
            "tasks": Objective(
                lambda model, batch: numpy_model.loss(model, batch["x"], batch["y"]),
                torch_loss,
                below=0.0,
            )
        },
        other={
            "in_features": 9,
            "trunk": (12, 8),
            "head": None,
            "tasks": (3, 3),
            "weighting": "equal",
        },
        variants=({"weighting": "equal"}, {"head": None, "tasks": (2, 3, 4)}),
        unpublished={"multi-task": "no one paper"},
    )
}
