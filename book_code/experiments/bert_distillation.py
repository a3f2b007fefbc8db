"""A BERT against smaller ones: taught by labels, by its logits, and by its logits on text without labels as well."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from book_code.compression.torch_compression import distillation
from book_code.experiments import _sentiment_text, _sweep
from book_code.experiments._bert_sentiment import (
    State,
    accuracy,
    batches,
    drawn,
    on,
    slanted,
    update,
)
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.experiments._sentiment_text import CLS, Texts
from book_code.models.bert.config import BERTConfig
from book_code.models.bert.torch_model import BERT

TITLE = "A distilled BERT against the full one"
WAYS = {
    "labels": "from labels",
    "logits": "from the teacher's logits",
    "more": "from its logits, on text without labels too",
}


@dataclass(frozen=True)
class Config:
    """Film reviews of one sentence; the teacher has two layers of 64 features, the pupils one of `widths`.

    Rates are chosen on the validation sentences with a draw that no result uses. With text without labels, windows of
    whole reviews are read beside every minibatch, as many as half of its sentences.
    """

    dataset: str = "rt-polarity"
    reviews: int = 300
    vocabulary: int = 4_000
    length: int = 48
    embed_dim: int = 64
    heads: int = 2
    layers: int = 2
    dropout: float = 0.1
    labelled: int = 8_000
    epochs: int = 3
    sentences: int = 16
    widths: tuple[int, ...] = (8, 16, 32)
    teacher_rates: tuple[float, ...] = (3e-4, 1e-3)
    rates: tuple[float, ...] = (1e-3, 3e-3)
    temperature: float = 2.0
    weight: float = 0.9
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """Few reviews, pieces and sentences, and small models."""
        return replace(self, reviews=20, vocabulary=1_000, length=16, embed_dim=16, layers=1, labelled=40, epochs=1,
                       widths=(4, 8), teacher_rates=(1e-3,), rates=(1e-3,), seeds=(0, 1))  # fmt: skip


@dataclass
class Learned:
    """A trained model, how many it tells right in per cent, and its milliseconds a sentence."""

    state: State
    accuracy: float
    milliseconds: float


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose rates, train a teacher with every seed and its pupils, read the test split once a model."""
    texts = _sentiment_text.read(config.reviews, config.vocabulary, config.length)
    each = len(WAYS) * len(config.widths)
    trials = len(config.teacher_rates) + each * len(config.rates)
    progress.begin(trials + (1 + each) * len(config.seeds))
    result, tuning = Result(), _sweep.TUNING_SEED

    def choose(way: str, width: int, rates: tuple[float, ...], teacher: State | None) -> tuple[float, Learned]:  # fmt: skip
        found = {}
        for rate in rates:
            found[rate] = learn(config, texts, way, width, tuning, rate, "validation", teacher, device)  # fmt: skip
            progress.step(f"{way}, width {width}, learning rate {rate:g}")
        best = max(found, key=lambda rate: found[rate].accuracy)
        return best, found[best]

    rate, example = choose("full", config.embed_dim, config.teacher_rates, None)
    result.add("learning_rate_full", rate)
    teachers = []
    for seed in config.seeds:
        teachers.append(learn(config, texts, "full", config.embed_dim, seed, rate, "test", None, device))  # fmt: skip
        progress.step(f"teacher, seed {seed}")
    add(result, "full", teachers)
    for way in WAYS:
        rows: list[list[float]] = [[] for _ in config.seeds]
        for width in config.widths:
            rate, _ = choose(way, width, config.rates, example.state)
            result.add(f"learning_rate_{way}_{width}", rate)
            pupils = []
            for row, seed, teacher in zip(rows, config.seeds, teachers, strict=True):
                pupils.append(learn(config, texts, way, width, seed, rate, "test", teacher.state, device))  # fmt: skip
                row.append(pupils[-1].accuracy)
                progress.step(f"{WAYS[way]}, width {width}, seed {seed}")
            add(result, f"{way}_{width}", pupils)
        sizes = [size(config, width) for width in config.widths]
        result.add_series(way, sizes, rows, x_label="parameters", y_label="test accuracy (%)")
    describe(config, result)
    return result


def add(result: Result, name: str, models: list[Learned]) -> None:
    """What was measured of the models of one kind."""
    result.add(f"test_accuracy_{name}", [model.accuracy for model in models], "%")
    result.add(f"milliseconds_{name}", [model.milliseconds for model in models], "ms")
    result.add(f"parameters_{name}", sum(value.numel() for value in models[0].state.values()))


def network(config: Config, width: int) -> BERT:
    """The teacher, or a pupil of one layer."""
    layers = config.layers if width == config.embed_dim else 1
    return BERT(
        BERTConfig(vocabulary=config.vocabulary, positions=config.length, embed_dim=width, heads=config.heads,
                   feedforward=4 * width, layers=layers, head="sentence", dropout=config.dropout)
    )  # fmt: skip


def size(config: Config, width: int) -> int:
    """Parameters of a network."""
    return sum(p.numel() for p in network(config, width).parameters())


@kept
def learn(
    config: Config, texts: Texts, way: str, width: int, seed: int, rate: float, judged: str, taught: State | None,
    device: str,
) -> Learned:  # fmt: skip
    """Train one model; `judged` is the split that it is asked on in the end."""
    torch.manual_seed(seed)
    rows, rng = drawn(texts, config.labelled, seed), np.random.default_rng(seed)
    model = network(config, width).to(device)
    teacher = None
    if way in ("logits", "more"):
        teacher = network(config, config.embed_dim).to(device).eval()
        teacher.load_state_dict(taught or {})
    optimizer, schedule = slanted(
        model, rate, config.epochs * -(-len(rows) // config.sentences)
    )
    model.train()
    for _ in range(config.epochs):
        for part in batches(texts, rng.permutation(rows), config.sentences):
            tokens, y = on(texts, part, device)
            loss = imitation(config, model, teacher, tokens, y, config.weight)
            if way == "more":
                read = torch.from_numpy(windows(config, texts, rng)).to(device)
                loss = loss + imitation(
                    config, model, teacher, read, y[:1].expand(len(read)), 1.0
                )
            update(model, loss, optimizer, schedule)
    asked = getattr(texts.sentences, judged)
    start = _sweep.clock(device)
    right = accuracy(texts, model, asked, device)
    milliseconds = 1e3 * (_sweep.clock(device) - start) / len(asked)
    state = {name: value.cpu() for name, value in model.state_dict().items()}
    return Learned(state, right, milliseconds)


def imitation(
    config: Config, model: nn.Module, teacher: nn.Module | None, tokens: Tensor, y: Tensor, weight: float
) -> Tensor:  # fmt: skip
    """The loss: of the labels where nobody teaches; a weight of 1 does not look at them."""
    if teacher is None:
        return F.cross_entropy(model(tokens), y)
    with torch.no_grad():
        wanted = teacher(tokens)
    return distillation(model(tokens), wanted, y, config.temperature, weight)


def windows(config: Config, texts: Texts, rng: np.random.Generator) -> np.ndarray:
    """Pieces of the text without labels, (N, length)."""
    first = rng.integers(0, len(texts.stream) - config.length, size=(config.sentences // 2, 1))
    read = texts.stream[first + np.arange(config.length)]
    read[:, 0] = CLS
    return read


def describe(config: Config, result: Result) -> None:
    """The table and the alt text."""
    result.tabulate(
        ["model", "parameters", *(f"{words}, test accuracy" for words in WAYS.values()), "milliseconds a sentence"],
        [
            [f"full, {config.layers} layers of {config.embed_dim}", f"{result.mean('parameters_full'):,.0f}",
             result.say("test_accuracy_full", 1), "", "", result.say("milliseconds_full", 2)],
            *([f"one layer of {width}", f"{result.mean(f'parameters_labels_{width}'):,.0f}",
               *(result.say(f"test_accuracy_{way}_{width}", 1) for way in WAYS),
               result.say(f"milliseconds_labels_{width}", 2)] for width in reversed(config.widths)),
        ],
    )  # fmt: skip
    result.alt = (
        "Share of film reviews of one sentence that are told to praise or to blame, against the parameters of a pupil "
        f"of one layer; the full BERT: {result.say('test_accuracy_full', 1)}. "
        + " ".join(
            f"Learned {words}: "
            + ", ".join(f"{result.say(f'test_accuracy_{way}_{width}', 1)} of width {width}" for width in config.widths) + "."
            for way, words in WAYS.items()
        )
    )  # fmt: skip


def plot(result: Result) -> Any:
    """Accuracy against the size of the pupil, and of the full model."""
    from book_code.experiments._draw import curve, log_scale, subplots
    from book_code.plotting import CYCLE

    figure, axes = subplots()
    for look, (way, words) in enumerate(WAYS.items()):
        curve(axes, result, way, look, label=words)
    size, full = result.mean("parameters_full"), result.metrics["test_accuracy_full"]
    axes.errorbar(size, full["mean"], full["sd"], color=CYCLE[len(WAYS)]["color"], marker="*", markersize=11,
                  linestyle="", label="the full BERT")  # fmt: skip
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.6 * (high - low))
    log_scale(axes.xaxis, [*result.series["labels"]["x"], size])
    axes.legend(loc="upper left")
    axes.set_xlabel("parameters")
    axes.set_ylabel("test accuracy (%)")
    return figure
