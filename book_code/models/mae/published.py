"""The published weights of MAE (Hugging Face's `facebook/vit-mae-base` and its kin) under our names."""

import re

import numpy as np

from .config import MAEConfig

State = dict[str, np.ndarray]

# The names that files have (encoder.layer, attention.attention.query), and those of transformers 5 in memory.
RENAMED = (
    (r"^vit\.embeddings\.cls_token", "class_token"),
    (r"^vit\.embeddings\.patch_embeddings\.projection", "conv_proj"),
    (r"^vit\.(encoder\.layer|layers)\.", "layers."),
    (r"^vit\.layernorm\.", "norm."),
    (r"^decoder\.mask_token", "mask_token"),
    (r"^decoder\.decoder_", "decoder_"),
    (r"\.attention\.attention\.(query|key|value)\.", lambda found: f".attention.{found[1][0]}_proj."),
    (r"\.attention\.output\.dense\.", ".attention.o_proj."),
    (r"\.attention\.([qkv])_proj\.", r".self_attn.\1_proj."),
    (r"\.attention\.o_proj\.", ".self_attn.out_proj."),
    (r"\.(intermediate\.dense|mlp\.fc1)\.", ".linear1."),
    (r"\.(output\.dense|mlp\.fc2)\.", ".linear2."),
    (r"\.layernorm_before\.", ".norm1."),
    (r"\.layernorm_after\.", ".norm2."),
)  # fmt: skip
FIXED = ("vit.embeddings.position_embeddings", "decoder.decoder_pos_embed")  # sines and cosines


def convert(state: State, config: MAEConfig) -> State:
    """Return the state under our names, without the places, which are no weights here.

    >>> list(convert({"vit.layernorm.bias": np.zeros(8), FIXED[0]: np.zeros((1, 5, 8))}, MAEConfig.tiny()))
    ['norm.bias']
    """
    out: State = {}
    for name, value in state.items():
        if name in FIXED:
            continue
        for pattern, ours in RENAMED:
            name = re.sub(pattern, ours, name)
        out[name] = value
    return out
