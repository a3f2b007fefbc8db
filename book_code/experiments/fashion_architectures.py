"""LeNet, AlexNet, VGG, GoogLeNet, ResNet and DenseNet on Fashion-MNIST, each at its size in the book."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from book_code.experiments import _architectures
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.alexnet.config import PRESETS as ALEXNET
from book_code.models.alexnet.torch_model import AlexNet
from book_code.models.densenet.config import PRESETS as DENSENET
from book_code.models.densenet.torch_model import DenseNet
from book_code.models.googlenet.config import PRESETS as GOOGLENET
from book_code.models.googlenet.torch_model import GoogLeNet
from book_code.models.lenet.config import PRESETS as LENET
from book_code.models.lenet.torch_model import LeNet5
from book_code.models.resnet.config import PRESETS as RESNET
from book_code.models.resnet.torch_model import ResNet
from book_code.models.vgg.config import PRESETS as VGG_PRESETS
from book_code.models.vgg.torch_model import VGG

TITLE = "Six families on Fashion-MNIST, at the sizes of the book"
DEVICE = "cuda"
D2L = "A. Zhang et al. (2023), Dive into deep learning, chapters 7 and 8, d2l.ai, arXiv:2106.11342"
PRINTED = {
    "lenet": 77.9,
    "alexnet": 88.3,
    "vgg": 92.0,
    "googlenet": 88.6,
    "resnet": 89.3,
    "densenet": 88.5,
}
NETWORKS: dict[str, Any] = {
    "lenet": partial(LeNet5, LENET["lenet5"]),
    "alexnet": partial(AlexNet, ALEXNET["alexnet-fashion"]),
    "vgg": partial(VGG, VGG_PRESETS["vgg11-fashion"]),
    "googlenet": partial(GoogLeNet, GOOGLENET["googlenet-fashion"]),
    "resnet": partial(ResNet, RESNET["resnet18-fashion"]),
    "densenet": partial(DenseNet, DENSENET["densenet-fashion"]),
}


@dataclass(frozen=True)
class Config(_architectures.Training):
    """All training pictures, moved by up to two pixels and mirrored."""

    train_size: int = 55_000
    epochs: int = 20
    batch_size: int = 128
    learning_rates: tuple[float, ...] = (5e-4, 2e-3)
    decay: float = 0.05
    most_pixels: int = 2
    flip: bool = True


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train all, and put beside what another book prints for its networks of these names."""
    result = _architectures.train_all(config, NETWORKS, device, progress)
    for label, accuracy in PRINTED.items():
        result.refer("D2L, its own sizes", f"test_accuracy_{label}", accuracy, D2L)
    return result


def plot(result: Result) -> Any:
    """Accuracy against cost."""
    return _architectures.draw(result)
