"""How near made pictures are to real ones, as a classifier sees them that the book trains itself.

What is called FID here is the Fréchet distance between the book's own features, those before the last layer of
this classifier. It is not comparable to published FIDs, which use Inception's features, nor from one data set, size
of pictures or number of them to another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from book_code.data import Dataset, Split, load
from book_code.experiments._checkpoint import kept
from book_code.metrics.generative import frechet_distance, inception_score, precision_recall
from book_code.models.cifar_cnn.config import CifarCNNConfig
from book_code.models.cifar_cnn.torch_model import CifarCNN
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5
from book_code.training.torch_loop import fit_torch

JUDGE_SEED = 2_000  # one judge for all seeds and models, made with a seed that no result uses
REMARK = "FID of the book's own features, not comparable to Inception's"


@dataclass(frozen=True)
class Judged:
    """What every experiment with made pictures has: real ones, their size, and a judge.

    The judge is a classifier that learns from `judge_pictures` training pictures; `made` pictures are compared with
    as many held-out ones, `neighbourhoods` of each by precision and recall.
    """

    dataset: str = "fashion-mnist"
    side: int = 16
    judge_pictures: int = 20_000
    judge_epochs: int = 8
    made: int = 2_000
    neighbourhoods: int = 2_000

    def quick(self) -> Self:
        """A judge that has seen little, and few pictures."""
        return replace(self, judge_pictures=500, judge_epochs=1, made=100, neighbourhoods=50)


@dataclass
class Seen:
    """What the judge makes of pictures: features (N, D), and how probable each class is (N, K)."""

    features: np.ndarray
    probabilities: np.ndarray


@dataclass
class Scores:
    """How made pictures stand to real ones: less FID is better, more of the others."""

    fid: float
    score: float  # Inception score, with the book's classifier in Inception's place
    precision: float
    recall: float


@dataclass
class Judge:
    """A trained classifier, and the share of the validation pictures that it recognizes, in per cent."""

    model: nn.Module
    accuracy: float

    @torch.no_grad()
    def see(self, x: Tensor | np.ndarray) -> Seen:
        """Look at pictures (N, C, side, side); pixels are held between 0 and 1, as a file of them would."""
        last = [layer for layer in self.model.modules() if isinstance(layer, nn.Linear)][-1]
        like, features, probabilities = last.weight, [], []
        hook = last.register_forward_pre_hook(lambda _, inputs: features.append(inputs[0]))
        self.model.eval()
        for part in torch.as_tensor(x).split(500):
            probabilities.append(self.model(part.to(like).clamp(0, 1)).double().softmax(1))
        hook.remove()
        return Seen(torch.cat(features).double().cpu().numpy(),
                    torch.cat(probabilities).cpu().numpy())  # fmt: skip


def pictures(config: Any, source: Callable[[], Dataset] | None = None) -> Dataset:
    """The data set with pictures of the side wanted, pixels from 0 to 1; `source` loads what `load` does not know."""
    data = source() if source else load(config.dataset)
    parts: Any = {
        part: Split(resized(getattr(data, part).x, config.side), getattr(data, part).y)
        for part in ("train", "validation", "test")
    }
    return replace(data, **parts)


def resized(x: np.ndarray, side: int) -> np.ndarray:
    """Pictures of another side: pixels repeated, or averaged, with a border of zeros where it does not go up.

    >>> resized(np.ones((1, 1, 2, 2), np.float32), 4).sum().item()
    16.0
    >>> resized(np.ones((5, 1, 28, 28), np.float32), 16).shape
    (5, 1, 16, 16)
    """
    times = max(1, side // x.shape[-1])
    x = x.repeat(times, axis=2).repeat(times, axis=3)
    factor = -(-x.shape[-1] // side)
    border = factor * side - x.shape[-1]
    x = np.pad(x, ((0, 0), (0, 0), *((border // 2, border - border // 2),) * 2))
    n, c = x.shape[:2]
    return x.reshape(n, c, side, factor, side, factor).mean(axis=(3, 5), dtype=np.float32)


@kept
def train_judge(config: Any, device: str, source: Callable[[], Dataset] | None = None) -> Judge:
    """The classifier that judges: the same for the same settings, whatever is judged."""
    data = pictures(config, source)
    train = data.train.take(slice(config.judge_pictures))
    torch.manual_seed(JUDGE_SEED)
    model = network(train.x.shape[1:], len(data.classes)).to(device)
    history = fit_torch(
        model, replace(data, train=train), optimizer=torch.optim.Adam(model.parameters(), 2e-3),
        epochs=config.judge_epochs, batch_size=64, rng=np.random.default_rng(JUDGE_SEED), device=device,
    )  # fmt: skip
    return Judge(model, 100 * history.column("validation_accuracy")[-1])


def network(shape: tuple[int, ...], classes: int) -> nn.Module:
    """LeNet-5 in its modern form for grey pictures, a deeper network for those in colour."""
    if shape[0] > 1:
        return CifarCNN(CifarCNNConfig(classes, shape[1], shape[0]))
    kernel = 5 if shape[1] >= 16 else 3
    config = LeNetConfig(
        classes, shape[1], kernel_size=kernel, activation="relu", pooling="max"
    )
    return LeNet5(config)


def compare(config: Any, real: Seen, made: Seen) -> Scores:
    """The distance of made pictures from real ones, their quality and their diversity."""
    few = config.neighbourhoods
    precision, recall = precision_recall(real.features[:few], made.features[:few])
    return Scores(frechet_distance(real.features, made.features),
                  inception_score(made.probabilities), precision, recall)  # fmt: skip
