"""The published weights of GPT-2 (Hugging Face's `GPT2LMHeadModel`, `GPT2Model`) under our names."""

import re

import numpy as np

from .config import GPTConfig

State = dict[str, np.ndarray]

NAMES = {
    "ln_1": "norm1",
    "ln_2": "norm2",
    "attn.c_proj": "self_attn.out_proj",
    "mlp.c_fc": "linear1",
    "mlp.c_proj": "linear2",
}


def convert(state: State, config: GPTConfig) -> State:
    """Return the state under our names and in our layouts.

    The published layers keep their weights as (in, out), and queries, keys and values side by side in one; the
    output's weights are those of `wte`, stored twice.

    >>> convert({"transformer.h.0.ln_1.bias": np.zeros(8), "lm_head.weight": np.zeros(1)}, GPTConfig.tiny())
    {'layers.0.norm1.bias': array([0., 0., 0., 0., 0., 0., 0., 0.])}
    """
    out: State = {}
    for name, value in state.items():
        name = name.removeprefix("transformer.")
        if name == "lm_head.weight" or re.fullmatch(r"h\.\d+\.attn\.(masked_)?bias", name):
            continue
        layer = re.fullmatch(r"h\.(\d+)\.(.+)\.(weight|bias)", name)
        if layer is None:
            out[name.replace("ln_f", "norm")] = value
            continue
        number, part, kind = layer.groups()
        if not part.startswith("ln") and kind == "weight":
            value = value.T
        if part == "attn.c_attn":
            for letter, piece in zip("qkv", np.split(value, 3), strict=True):
                out[f"layers.{number}.self_attn.{letter}_proj.{kind}"] = piece
        else:
            out[f"layers.{number}.{NAMES.get(part, part)}.{kind}"] = value
    return out
