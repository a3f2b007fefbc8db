"""Matrix factorization for recommendations (Koren, Bell and Volinsky 2009)."""

from .config import PRESETS, MatrixFactorizationConfig
from .numpy_model import MatrixFactorization

__all__ = ["PRESETS", "MatrixFactorization", "MatrixFactorizationConfig"]
