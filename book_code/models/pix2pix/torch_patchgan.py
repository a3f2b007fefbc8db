"""PatchGAN in PyTorch; the same names and results as `patchgan.py`."""

from torch import Tensor, nn

from .config import patch_widths

NORMS: dict[str, type[nn.Module]] = {"batch": nn.BatchNorm2d, "instance": nn.InstanceNorm2d}


# --8<-- [start:model]
class PatchGAN(nn.Module):
    """Convolutions of 4 x 4; what they put out are the logits of overlapping patches."""

    def __init__(self, in_channels: int, channels: int, layers: int, norm: str = "batch"):
        super().__init__()
        widths = patch_widths(channels, layers)
        parts: list[nn.Module] = [
            nn.Conv2d(in_channels, widths[0], 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
        ]
        for i in range(1, len(widths)):
            stride, bias = (2 if i < layers else 1), norm == "instance"
            parts += [
                nn.Conv2d(widths[i - 1], widths[i], 4, stride, 1, bias=bias),
                NORMS[norm](widths[i]),
                nn.LeakyReLU(0.2),
            ]
        parts.append(nn.Conv2d(widths[-1], 1, 4, padding=1))
        self.model = nn.Sequential(*parts)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, 256, 256)
        """Return a logit a patch."""
        return self.model(x)  # (N, 1, 30, 30)


# --8<-- [end:model]


def start_small(net: nn.Module, std: float = 0.02) -> None:
    """Draw the weights as the paper does: normal around 0, and around 1 for batch norm; biases zero."""
    for module in net.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0.0, std)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, std)
        else:
            continue
        if module.bias is not None:
            nn.init.zeros_(module.bias)
