"""The published weights of ViT (torchvision's `vit_b_16` and its kin) under our names."""

import re

import numpy as np

from .config import ViTConfig

State = dict[str, np.ndarray]

RENAMED = (
    (r"^encoder\.layers\.encoder_layer_(\d+)", r"layers.\1"),
    (r"\.ln_(\d)\.", r".norm\1."),
    (r"\.self_attention\.out_proj", ".self_attn.out_proj"),
    (r"\.mlp\.(0|linear_1)\.", ".linear1."),
    (r"\.mlp\.(3|linear_2)\.", ".linear2."),
    (r"^encoder\.ln\.", "norm."),
    (r"^encoder\.pos_embedding", "pos_embedding"),
    (r"^heads\.head\.", "head."),
)


def convert(state: State, config: ViTConfig) -> State:
    """Return the state under our names; queries, keys and values are one array there.

    >>> packed = {"encoder.layers.encoder_layer_0.self_attention.in_proj_bias": np.zeros(24)}
    >>> {name: value.shape for name, value in convert(packed, ViTConfig.tiny()).items()}["layers.0.self_attn.k_proj.bias"]
    (8,)
    """
    out: State = {}
    for name, value in state.items():
        for pattern, ours in RENAMED:
            name = re.sub(pattern, ours, name)
        packed = re.fullmatch(r"(layers\.\d+)\.self_attention\.in_proj_(weight|bias)", name)
        if packed is None:
            out[name] = value
            continue
        for letter, piece in zip("qkv", np.split(value, 3), strict=True):
            out[f"{packed[1]}.self_attn.{letter}_proj.{packed[2]}"] = piece
    return out
