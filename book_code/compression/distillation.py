"""A small model learns from a large one: Hinton, Vinyals and Dean (2015), arXiv:1503.02531.

code           paper   meaning
temperature    T       divides the logits of both: the higher, the softer the probabilities
weight                 share of the teacher's targets; the rest is for the labels
"""

from __future__ import annotations

from typing import Any

from .. import losses
from ..autodiff import Tensor
from ..autodiff import functional as F


# --8<-- [start:distillation]
def distillation(
    student: Any, teacher: Any, labels: Any, temperature: float = 2.0, weight: float = 0.9
) -> Tensor:
    """The loss of a pupil that looks at the teacher's probabilities and at the labels.

    weight · T² · KL(teacher at T ‖ student at T) + (1 - weight) · cross-entropy. T² keeps the gradients as large as
    at T = 1 (section 2.1); the paper's cross-entropy with soft targets has the same gradient as the divergence.

    Args:
        student: logits of the model that learns.
        teacher: logits of the model that knows; no gradient flows into it.
        labels: the right classes.
        temperature: above 0.
        weight: from 0 to 1.

    Shape:
        student (N, C), teacher (N, C), labels (N,) -> ()

    Raises:
        ValueError: for other shapes, or a temperature or weight out of range.

    >>> import numpy as np
    >>> z = Tensor(np.array([[2.0, 0.0]]))
    >>> distillation(z, z, np.array([0]), weight=1.0).item()
    0.0
    """
    student = student if isinstance(student, Tensor) else Tensor(student)
    teacher = (teacher if isinstance(teacher, Tensor) else Tensor(teacher)).detach()
    check_distillation(student.shape, teacher.shape, temperature, weight)
    log_p = F.log_softmax(teacher / temperature)  # (N, C)
    log_q = F.log_softmax(student / temperature)  # (N, C)
    divergence = (F.exp(log_p) * (log_p - log_q)).sum(axis=1).mean()
    hard = losses.cross_entropy(student, labels)
    return weight * temperature**2 * divergence + (1 - weight) * hard


# --8<-- [end:distillation]


def check_distillation(student: Any, teacher: Any, temperature: float, weight: float) -> None:
    """Raise unless the shapes agree and the numbers are in range.

    >>> check_distillation((2, 3), (2, 3), 1.0, 1.5)
    Traceback (most recent call last):
    ValueError: distillation expected a weight from 0 to 1, got 1.5
    """
    if tuple(student) != tuple(teacher) or len(student) != 2:
        raise ValueError(
            f"distillation expected logits (N, C) of one shape, got {tuple(student)} of the student and "
            f"{tuple(teacher)} of the teacher"
        )
    if not temperature > 0:
        raise ValueError(f"distillation expected a temperature above 0, got {temperature}")
    if not 0 <= weight <= 1:
        raise ValueError(f"distillation expected a weight from 0 to 1, got {weight}")
