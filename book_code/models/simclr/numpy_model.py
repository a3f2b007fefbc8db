"""SimCLR: Chen, Kornblith, Norouzi and Hinton (2020), "A simple framework for contrastive learning of visual
representations", arXiv:2002.05709.

    code          paper      shape in ResNet-50
    one, other    x_i, x_j   (N, 3, 224, 224)  two views of each picture, as `augment.views` makes them
    encoder       f          (N, 2048)         what is learned, h
    projector     g          (N, 128)          W2 ReLU(W1 h) = z, which the loss compares; thrown away later
    temperature   tau        a number

Deviations from the paper: hues are turned in YIQ, not in HSV. The paper's formula of the head has no biases, and
neither have the layers here (the authors' code adds batch norm). The paper trains with LARS on batches of 4096.
"""

from typing import Any

import numpy as np

from ... import losses, nn, optim
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ..resnet.numpy_model import ResNet
from .config import SimCLRConfig, check_pairs


# --8<-- [start:model]
class SimCLR(nn.Module):
    """An encoder, and a head whose numbers are made alike for two views of one picture.

    Shape:
        (N, 3, 224, 224) -> (N, 128), with the standard configuration.

    >>> model = SimCLR(SimCLRConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 8, 8), np.float32)).shape
    (2, 4)
    """

    def __init__(self, config: SimCLRConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or SimCLRConfig()
        wide = config.features
        self.config = config
        self.encoder = ResNet(config.encoder, rng=rng)
        self.encoder.fc = nn.Identity()  # type: ignore[assignment] # no classes: h goes out
        self.projector = nn.Sequential(
            nn.Linear(wide, wide, bias=False, rng=rng),
            nn.ReLU(),
            nn.Linear(wide, config.projection, bias=False, rng=rng),
        )

    # --8<-- [start:forward]
    def encode(self, x: Any) -> Tensor:  # (N, 3, 224, 224)
        """Return what is learned of the pictures, h."""
        if len(x.shape) != 4 or x.shape[1] != self.config.in_channels:
            raise ValueError(
                f"SimCLR expected pictures of shape (N, {self.config.in_channels}, H, W), got {tuple(x.shape)}"
            )
        return self.encoder(x)  # (N, 2048)

    def forward(self, x: Any) -> Tensor:  # (N, 3, 224, 224)
        """Return what the loss compares, z."""
        return self.projector(self.encode(x))  # (N, 128)

    # --8<-- [end:forward]


# --8<-- [end:model]


# --8<-- [start:loss]
def simclr_loss(model: SimCLR, one: Any, other: Any) -> Tensor:
    """Return how badly each view finds its partner among all views of the batch (NT-Xent, equation 1).

    Both views go through the network as one batch, so that batch norm gives nothing away.

    Args:
        model: the network.
        one: a view of each picture.
        other: another view of each, in the same order.
    """
    check_pairs(one, other)
    z = model(F.concatenate([one, other]))  # (2N, 128)
    first, second = F.split(z, len(z) // 2)
    return losses.nt_xent(first, second, model.config.temperature)


# --8<-- [end:loss]


# --8<-- [start:probe]
def linear_probe(
    features: Any,
    labels: Any,
    classes: int,
    *,
    rng: np.random.Generator,
    steps: int = 200,
    lr: float = 0.05,
    weight_decay: float = 1e-4,
) -> nn.Linear:
    """Return a linear classifier of what an encoder has learned: the measure of SimCLR's quality.

    Args:
        features: h of labelled pictures, of either back end, as an array (N, D); the encoder is left as it is.
        labels: whole numbers from 0 to classes - 1.
        classes: how many classes there are.
        rng: draws the first weights.
        steps: how many steps of Adam are made, each with all examples.
        lr: their size.
        weight_decay: pull on the weights.

    >>> h = np.array([[0.0, 1.0], [1.0, 0.0], [0.1, 2.0], [2.0, 0.2]])
    >>> probe = linear_probe(h, np.array([0, 1, 0, 1]), 2, rng=np.random.default_rng(0))
    >>> probe(h.astype(np.float32)).data.argmax(axis=1).tolist()
    [0, 1, 0, 1]
    """
    features = np.asarray(features, np.float32)
    if features.ndim != 2 or len(features) != len(labels):
        raise ValueError(
            f"linear_probe expected features of shape (N, D) and N labels, got {features.shape} and {len(labels)}"
        )
    probe = nn.Linear(features.shape[1], classes, rng=rng)
    optimizer = optim.Adam(probe.parameters(), lr=lr)
    for _ in range(steps):
        loss = losses.cross_entropy(probe(features), labels)
        loss = loss + 0.5 * weight_decay * (probe.weight**2).sum()
        probe.zero_grad()
        loss.backward()
        optimizer.step()
    return probe


# --8<-- [end:probe]


def encode_all(model: SimCLR, x: np.ndarray, batch: int = 256) -> np.ndarray:
    """Return h of many pictures, batch by batch, the model in evaluation mode; for :func:`linear_probe`.

    >>> model = SimCLR(SimCLRConfig.tiny(), rng=np.random.default_rng(0))
    >>> encode_all(model, np.zeros((5, 1, 8, 8), np.float32), batch=2).shape
    (5, 3)
    """
    training = model.training
    model.eval()
    with no_grad():
        parts = [model.encode(x[i : i + batch]).numpy() for i in range(0, len(x), batch)]
    model.train(training)
    return np.concatenate(parts)
