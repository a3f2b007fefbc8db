"""The published weights of Mamba (Hugging Face's `MambaForCausalLM`, `MambaModel`) under our names."""

import numpy as np

from .config import SelectiveSSMConfig

State = dict[str, np.ndarray]


def convert(state: State, config: SelectiveSSMConfig) -> State:
    """Return the state under our names: without the prefix; the output's weights are those of `embeddings`.

    >>> convert({"backbone.norm_f.weight": np.ones(4), "lm_head.weight": np.zeros(1)}, SelectiveSSMConfig.tiny())
    {'norm_f.weight': array([1., 1., 1., 1.])}
    """
    return {
        name.removeprefix("backbone."): value
        for name, value in state.items()
        if name != "lm_head.weight"
    }
