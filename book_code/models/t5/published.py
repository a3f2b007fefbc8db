"""The published weights of T5 1.0 (Hugging Face's `T5ForConditionalGeneration`) under our names."""

import re

import numpy as np

from .config import T5Config

State = dict[str, np.ndarray]

ATTENTION = {"q": "q_proj", "k": "k_proj", "v": "v_proj", "o": "out_proj"}
FEED_FORWARD = {"wi": "linear1", "wo": "linear2"}
NORMS = {("encoder", "0"): "norm1", ("encoder", "1"): "norm2",
         ("decoder", "0"): "norm1", ("decoder", "1"): "norm3", ("decoder", "2"): "norm2"}  # fmt: skip


def convert(state: State, config: T5Config) -> State:
    """Return the state under our names; the embedding and the output's weights are stored several times.

    >>> convert({"encoder.block.2.layer.1.DenseReluDense.wi.weight": np.zeros(1)}, T5Config.tiny())
    {'encoder.2.linear1.weight': array([0.])}
    """
    out: State = {}
    for name, value in state.items():
        if name in (
            "lm_head.weight",
            "encoder.embed_tokens.weight",
            "decoder.embed_tokens.weight",
        ):
            continue
        out[_ours(name)] = value
    return out


def _ours(name: str) -> str:
    if name == "shared.weight":
        return "embedding.weight"
    if "relative_attention_bias" in name:
        return f"{name.split('.')[0]}_bias.table.weight"
    part = re.fullmatch(r"(encoder|decoder)\.block\.(\d+)\.layer\.(\d)\.(.+)\.weight", name)
    if part is None:
        return name.replace(".final_layer_norm", "_norm")
    side, number, place, inner = part.groups()
    kind, _, letter = inner.partition(".")
    if kind in ("SelfAttention", "EncDecAttention"):
        inner = f"{'self' if kind.startswith('Self') else 'cross'}_attn.{ATTENTION[letter]}"
    elif kind == "DenseReluDense":
        inner = FEED_FORWARD[letter]
    else:
        inner = NORMS[side, place]
    return f"{side}.{number}.{inner}.weight"
