"""Weights of the U-Net that is most used in PyTorch (github.com/milesial/Pytorch-UNet, without bilinear=True).

It is the padded form with batch norm: `registry.load_published("unet-padded", state)`.
"""

import re

import numpy as np

from .config import UNetConfig

State = dict[str, np.ndarray]
PARTS = {"0": "conv1", "1": "norm1", "3": "conv2", "4": "norm2"}


def convert(state: State, config: UNetConfig) -> State:
    """Return the state under our names; biases of convolutions, which batch norm takes out again, go into its mean.

    >>> list(convert({"down4.maxpool_conv.1.double_conv.3.weight": np.zeros(1)}, UNetConfig()))
    ['bottom.conv2.weight']
    """
    out = {_name(name, config.levels): np.asarray(value) for name, value in state.items()}
    if config.norm:
        for name in [n for n in out if re.search(r"conv\d\.bias$", n)]:
            mean = name.replace("conv", "norm").replace("bias", "running_mean")
            out[mean] = out[mean] - out.pop(name)
    return out


def _name(name: str, levels: int) -> str:
    """Our name for one of theirs; a name that is not theirs stays."""
    if part := re.fullmatch(r"(inc|down(\d+)\.maxpool_conv\.1)\.double_conv\.(\d)\.(.+)", name):
        level = int(part[2] or 0)
        block = "bottom" if level == levels else f"down.{level}"
        return f"{block}.{PARTS[part[3]]}.{part[4]}"
    if part := re.fullmatch(r"up(\d+)\.conv\.double_conv\.(\d)\.(.+)", name):
        return f"merge.{int(part[1]) - 1}.{PARTS[part[2]]}.{part[3]}"
    if part := re.fullmatch(r"up(\d+)\.up\.(.+)", name):
        return f"up.{int(part[1]) - 1}.{part[2]}"
    return re.sub(r"^outc\.conv\.", "head.", name)
