"""SimCLR in PyTorch: Chen, Kornblith, Norouzi and Hinton (2020), arXiv:2002.05709.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper. Views are made by `augment.py`; the linear probe takes features as arrays.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..resnet.torch_model import ResNet
from .config import SimCLRConfig, check_pairs


# --8<-- [start:model]
class SimCLR(nn.Module):
    """An encoder, and a head whose numbers are made alike for two views of one picture."""

    def __init__(self, config: SimCLRConfig | None = None):
        super().__init__()
        config = config or SimCLRConfig()
        wide = config.features
        self.config = config
        self.encoder = ResNet(config.encoder)
        self.encoder.fc = nn.Identity()  # type: ignore[assignment] # no classes: h goes out
        self.projector = nn.Sequential(
            nn.Linear(wide, wide, bias=False),
            nn.ReLU(),
            nn.Linear(wide, config.projection, bias=False),
        )

    # --8<-- [start:forward]
    def encode(self, x: Tensor) -> Tensor:  # (N, 3, 224, 224)
        """Return what is learned of the pictures, h."""
        if x.ndim != 4 or x.shape[1] != self.config.in_channels:
            raise ValueError(
                f"SimCLR expected pictures of shape (N, {self.config.in_channels}, H, W), got {tuple(x.shape)}"
            )
        return self.encoder(x)  # (N, 2048)

    def forward(self, x: Tensor) -> Tensor:  # (N, 3, 224, 224)
        """Return what the loss compares, z."""
        return self.projector(self.encode(x))  # (N, 128)

    # --8<-- [end:forward]


# --8<-- [end:model]


# --8<-- [start:loss]
def simclr_loss(model: SimCLR, one: Tensor, other: Tensor) -> Tensor:
    """Return how badly each view finds its partner among all views of the batch (NT-Xent, equation 1)."""
    check_pairs(one, other)
    z = F.normalize(model(torch.cat([one, other])), dim=1)  # (2N, 128)
    cosines = z @ z.T / model.config.temperature  # (2N, 2N)
    itself = torch.eye(
        len(z), dtype=torch.bool, device=z.device
    )  # a view is no partner of its own
    partners = torch.arange(len(z), device=z.device).roll(len(one))
    return F.cross_entropy(cosines.masked_fill(itself, -torch.inf), partners)


# --8<-- [end:loss]


@torch.no_grad()
def encode_all(model: SimCLR, x: Tensor, batch: int = 256) -> Tensor:
    """Return h of many pictures, batch by batch, the model in evaluation mode."""
    training = model.training
    model.eval()
    h = torch.cat([model.encode(part) for part in x.split(batch)])
    model.train(training)
    return h
