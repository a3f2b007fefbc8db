"""Text: from characters to tokens, and from a model's probabilities to a text."""

from .bpe import BPE
from .decoding import beam_search, distribution, greedy, sample, whole_text
from .wordpiece import WordPiece

__all__ = [
    "BPE",
    "WordPiece",
    "beam_search",
    "distribution",
    "greedy",
    "sample",
    "whole_text",
]
