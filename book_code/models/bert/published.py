"""The published weights of BERT (Hugging Face's `BertModel`, `BertForMaskedLM`, ...) under our names."""

import re

import numpy as np

from .config import BERTConfig

State = dict[str, np.ndarray]

RENAMED = (
    (r"^bert\.", ""),
    (r"^embeddings\.(word|position)_embeddings", r"\1"),
    (r"^embeddings\.token_type_embeddings", "segment"),
    (r"^embeddings\.LayerNorm", "norm"),
    (r"^encoder\.layer\.(\d+)\.", r"layers.\1."),
    (r"attention\.self\.(query|key|value)\.", lambda m: f"self_attn.{m[1][0]}_proj."),
    (r"attention\.output\.dense", "self_attn.out_proj"),
    (r"attention\.output\.LayerNorm", "norm1"),
    (r"intermediate\.dense", "linear1"),
    (r"(layers\.\d+)\.output\.dense", r"\1.linear2"),
    (r"(layers\.\d+)\.output\.LayerNorm", r"\1.norm2"),
    (r"^pooler\.dense", "pooler"),
    (r"^cls\.predictions\.transform\.dense", "transform"),
    (r"^cls\.predictions\.transform\.LayerNorm", "norm2"),
    (r"^cls\.predictions\.bias", "output_bias"),
    (r"^cls\.seq_relationship", "classifier"),
    (r"^qa_outputs", "classifier"),
    (r"\.gamma$", ".weight"),  # the first published files
    (r"\.beta$", ".bias"),
)
LEFT_OUT = r"position_ids|cls\.predictions\.decoder"  # derived, or the word embeddings again


def convert(state: State, config: BERTConfig) -> State:
    """Return the state under our names; what the chosen head does not use is left out.

    >>> convert({"bert.encoder.layer.3.attention.self.key.bias": np.zeros(2)}, BERTConfig.tiny())
    {'layers.3.self_attn.k_proj.bias': array([0., 0.])}
    """
    out: State = {}
    for name, value in state.items():
        if re.search(LEFT_OUT, name):
            continue
        for pattern, ours in RENAMED:
            name = re.sub(pattern, ours, name)
        out[name] = value
    unused = {
        "pooler": not config.pooled,
        "transform": config.head != "masked",
        "norm2": config.head != "masked",
        "output_bias": config.head != "masked",
        "classifier": config.head in ("none", "masked"),
    }
    return {k: v for k, v in out.items() if not unused.get(k.split(".")[0], False)}
