"""Sizes of policies that are learned by their gradient (Williams 1992, doi:10.1007/BF00992696)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class PolicyGradientConfig:
    """One network says how likely each action is, another one, if wanted, how good things look.

    Attributes:
        observation: how many numbers are seen.
        actions: how many actions there are to choose from.
        hidden: widths of the hidden layers of either network; () for one linear layer, with which a policy over
            one-hot observations is a table.
        baseline: whether there is a network for the value of what is seen (the critic).
    """

    architecture: ClassVar[str] = "PolicyGradient"

    observation: int = 4
    actions: int = 2
    hidden: tuple[int, ...] = (64,)
    baseline: bool = True

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def input_shape(self) -> tuple[int]:
        """The shape of one example."""
        return (self.observation,)

    @classmethod
    def tiny(cls) -> "PolicyGradientConfig":
        """Return one for tests and for the browser: three numbers, three actions."""
        return cls(observation=3, actions=3, hidden=(5,))


PRESETS = {
    "policy-gradient-cartpole": PolicyGradientConfig(),
    "policy-gradient-tiny": PolicyGradientConfig.tiny(),
}
