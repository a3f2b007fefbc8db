"""Several tasks on one trunk: who trains what, and how the losses are weighed."""

import numpy as np
import pytest

from book_code import losses
from book_code.models.multi_task import MultiTaskConfig
from book_code.models.multi_task.numpy_model import loss

from .common import batch, model


def test_equal_weights_are_a_sum():
    net, given = model("multi-task-tiny", weighting="equal"), batch("multi-task-tiny", 6)
    each = [losses.cross_entropy(z, given["y"][:, t]) for t, z in enumerate(net(given["x"]))]
    assert loss(net, given["x"], given["y"]).item() == pytest.approx(
        sum(z.item() for z in each), rel=1e-12
    )


def test_the_best_weight_of_a_task_is_the_inverse_of_its_loss():
    """exp(-s) L + s / 2 is least at exp(-s) = 1 / (2 L): the gradient is 0 there."""
    net, given = model("multi-task-tiny"), batch("multi-task-tiny", 6)
    each = [losses.cross_entropy(z, given["y"][:, t]) for t, z in enumerate(net(given["x"]))]
    net.log_variances.data = np.log([2 * z.item() for z in each])
    loss(net, given["x"], given["y"]).backward()
    np.testing.assert_allclose(net.log_variances.grad.numpy(), 0, atol=1e-12)


def test_a_head_is_trained_by_its_task_alone():
    net, given = model("multi-task-tiny", weighting="equal"), batch("multi-task-tiny", 6)
    losses.cross_entropy(net(given["x"])[0], given["y"][:, 0]).backward()
    touched = {key for key, p in net.named_parameters() if p.grad is not None}
    assert {key.split(".")[0] for key in touched} == {"trunk", "heads"}
    assert not [key for key in touched if key.startswith("heads.1")]


def test_labels_of_another_shape_are_refused():
    net = model("multi-task-tiny")
    with pytest.raises(ValueError, match=r"labels of shape \(N, 2\), got \(4,\)"):
        loss(net, np.zeros((4, 8)), np.zeros(4, int))


def test_a_network_without_tasks_is_refused():
    with pytest.raises(ValueError, match="at least one shared layer and one task"):
        MultiTaskConfig(tasks=())
