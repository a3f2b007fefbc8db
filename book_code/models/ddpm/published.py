"""The published weights of DDPM (Hugging Face's `google/ddpm-cifar10-32`, a UNet2DModel of diffusers) under our names."""

import re

import numpy as np

from .config import DDPMConfig

State = dict[str, np.ndarray]

# The names that files have (query, proj_attn), and those of today's diffusers (to_q, to_out.0).
RENAMED = (
    (r"^time_embedding\.linear_1\.", "temb.dense.0."),
    (r"^time_embedding\.linear_2\.", "temb.dense.1."),
    (r"^conv_norm_out\.", "norm_out."),
    (r"^mid_block\.resnets\.0\.", "mid.block_1."),
    (r"^mid_block\.resnets\.1\.", "mid.block_2."),
    (r"^mid_block\.attentions\.0\.", "mid.attn_1."),
    (r"^down_blocks\.", "down."),
    (r"\.resnets\.", ".block."),
    (r"\.attentions\.", ".attn."),
    (r"\.(down|up)samplers\.0\.", r".\1sample."),
    (r"\.time_emb_proj\.", ".temb_proj."),
    (r"\.conv_shortcut\.", ".nin_shortcut."),
    (r"\.group_norm\.", ".norm."),
    (r"\.(query|key|value)\.", lambda found: f".{found[1][0]}."),
    (r"\.to_([qkv])\.", r".\1."),
    (r"\.(proj_attn|to_out\.0)\.", ".proj_out."),
)


def convert(state: State, config: DDPMConfig) -> State:
    """Return the state under our names; the matrices of attention are convolutions of 1 x 1 here.

    Levels on the way up are counted from the smallest maps there, from the largest here.

    >>> theirs = {"up_blocks.0.attentions.0.to_q.weight": np.zeros((8, 8))}
    >>> {name: value.shape for name, value in convert(theirs, DDPMConfig.tiny()).items()}
    {'up.1.attn.0.q.weight': (8, 8, 1, 1)}
    """
    last = len(config.multipliers) - 1
    out: State = {}
    for name, value in state.items():
        for pattern, ours in RENAMED:
            name = re.sub(pattern, ours, name)
        name = re.sub(r"^up_blocks\.(\d+)", lambda level: f"up.{last - int(level[1])}", name)
        matrix = re.search(r"\.(q|k|v|proj_out)\.weight$", name)
        out[name] = value.reshape(*value.shape, 1, 1) if matrix and value.ndim == 2 else value
    return out
