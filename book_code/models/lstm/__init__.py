"""Long short-term memory (Hochreiter and Schmidhuber 1997) with the forget gate (Gers et al. 2000)."""

from .config import PRESETS, LSTMConfig
from .numpy_model import LSTM

__all__ = ["LSTM", "PRESETS", "LSTMConfig"]
