"""From a trained model to a translation: what both models share in both back ends."""

from typing import Any

import numpy as np

from ...text.decoding import beam_search
from .config import END, START


class Translating:
    """A model that can begin with a source and go on step by step, as `text.decoding` asks for."""

    def begin(self, source: Any) -> Any:
        """Return what the decoder knows before the first step; every model writes its own."""
        raise NotImplementedError

    def step(self, tokens: Any, state: Any) -> tuple[Any, Any]:
        """Return the logits after one more token and the new state; every model writes its own."""
        raise NotImplementedError

    # --8<-- [start:translate]
    def translate(
        self, source: Any, *, length: int, width: int = 1, length_power: float = 1.0
    ) -> list[list[int]]:
        """Return a translation of each source, without start and end.

        Args:
            source: tokens, (N, S), padded at the end.
            length: how many tokens a translation has at most, the end included.
            width: of the beam; 1 is the greedy choice.
            length_power: see `text.decoding.beam_search`.
        """
        texts = []
        for row in np.asarray(source):
            hypotheses = beam_search(
                self.step, START, self.begin(row[None]), width=width, length=length, end=END,
                length_power=length_power,
            )  # fmt: skip
            texts.append([token for token in hypotheses[0].tokens if token != END])
        return texts

    # --8<-- [end:translate]
