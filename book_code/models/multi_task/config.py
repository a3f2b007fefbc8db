"""Sizes and choices of a network for several tasks (Caruana 1997, doi:10.1023/A:1007379606734)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class MultiTaskConfig:
    """A trunk that all tasks share, and a head for each.

    Attributes:
        in_features: number of inputs, after flattening.
        trunk: widths of the shared layers.
        head: width of each task's own hidden layer; None for none.
        tasks: number of classes of each task.
        weighting: how the tasks' losses are added: "equal" (their sum), or "uncertainty" (weights that are learned;
            Kendall, Gal and Cipolla 2017, arXiv:1705.07115).
    """

    architecture: ClassVar[str] = "MultiTaskNet"

    in_features: int = 784
    trunk: tuple[int, ...] = (256, 128)
    head: int | None = 64
    tasks: tuple[int, ...] = (10, 2)
    weighting: Literal["equal", "uncertainty"] = "equal"

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.trunk or not self.tasks:
            raise ValueError(
                f"MultiTaskConfig needs at least one shared layer and one task; got trunk={self.trunk}, "
                f"tasks={self.tasks}"
            )

    @property
    def input_shape(self) -> tuple[int]:
        """The shape of one example."""
        return (self.in_features,)

    @classmethod
    def tiny(cls) -> "MultiTaskConfig":
        """Return one for tests and for the browser: two small tasks, weighted by uncertainty."""
        return cls(in_features=8, trunk=(12,), head=6, tasks=(3, 2), weighting="uncertainty")


PRESETS = {"multi-task": MultiTaskConfig(), "multi-task-tiny": MultiTaskConfig.tiny()}
