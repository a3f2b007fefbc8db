"""The same six families, narrow enough for a processor, on a part of Fashion-MNIST."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from book_code.experiments import _architectures
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.alexnet.config import AlexNetConfig
from book_code.models.alexnet.torch_model import AlexNet
from book_code.models.densenet.config import DenseNetConfig
from book_code.models.densenet.torch_model import DenseNet
from book_code.models.googlenet.config import GoogLeNetConfig
from book_code.models.googlenet.torch_model import GoogLeNet
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5
from book_code.models.resnet.config import ResNetConfig
from book_code.models.resnet.torch_model import ResNet
from book_code.models.vgg.config import VGGConfig
from book_code.models.vgg.torch_model import VGG

TITLE = "Six families on a part of Fashion-MNIST, at sizes for the CPU"
INCEPTION = (8, 12, 16, 2, 4, 4)  # an eighth of the first module of table 1
WIDER = (16, 16, 24, 4, 8, 8)
NETWORKS: dict[str, Any] = {
    "lenet": partial(LeNet5, LeNetConfig(image_size=16)),
    "alexnet": partial(
        AlexNet, AlexNetConfig(10, 16, 1, (12, 32, 64, 48, 48), "small", pool=1, hidden=128)
    ),
    "vgg": partial(
        VGG, VGGConfig(10, 16, 1, channels=(8, 16, 32, 64, 64), stem="small", pool=1, hidden=64)
    ),
    "googlenet": partial(
        GoogLeNet,
        GoogLeNetConfig(
            10, 16, 1, "small", (8, 24), ((INCEPTION,), (WIDER, WIDER), (WIDER,)),
            third_kernel=5, aux=False,
        ),
    ),
    "resnet": partial(ResNet, ResNetConfig(10, 16, 1, width=8, stem="small")),
    "densenet": partial(
        DenseNet,
        DenseNetConfig(10, 16, 1, 8, (2, 4, 4), init_features=8, bottleneck=2, stem="small"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Config(_architectures.Training):
    """5,000 pictures at half their size, for four epochs.

    LeNet-5 is whole but for the size of its input; AlexNet has a fifth of its maps, VGG-11 and ResNet-18 an eighth;
    GoogLeNet has four of its nine modules and no auxiliary classifiers, DenseNet three blocks of 2, 4 and 4 layers.
    """

    train_size: int = 5_000
    halved: bool = True
    validation_size: int = 1_000
    epochs: int = 4
    tuning_epochs: int = 2
    learning_rates: tuple[float, ...] = (2e-3, 6e-3)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train all."""
    return _architectures.train_all(config, NETWORKS, device, progress)


def plot(result: Result) -> Any:
    """Accuracy against cost."""
    return _architectures.draw(result)
