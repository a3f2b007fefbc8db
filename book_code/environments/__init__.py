"""Small worlds to act in: an observation comes, an action goes, a reward tells how good it was."""

from .cartpole import CartPole
from .gridworld import GridWorld

__all__ = ["CartPole", "GridWorld"]
