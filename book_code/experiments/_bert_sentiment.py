"""BERT that first guesses hidden words of film reviews, then learns from few sentences or many whether they praise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from book_code.experiments import _sentiment_text, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.experiments._sentiment_text import CLS, MASK, PAD, SEP, Texts
from book_code.models.bert.config import BERTConfig, Head
from book_code.models.bert.numpy_model import mask_tokens
from book_code.models.bert.torch_model import BERT
from book_code.models.softmax_regression.config import SoftmaxRegressionConfig
from book_code.models.softmax_regression.torch_model import SoftmaxRegression

KIM = "Y. Kim (2014), arXiv:1408.5882, table 2, MR, mean of ten folds"
LABELS = {"pretrained": "pretrained", "scratch": "from scratch", "bag": "bag of words"}
State = dict[str, Tensor]


@dataclass(frozen=True)
class Training:
    """Masked language modelling on windows of reviews and training sentences, then sentences with labels.

    One model is pretrained, as BERT was; every seed fine-tunes it on `labelled` sentences of its own, `fine_epochs` times.
    Rates and the penalty of the bag of words are chosen on the validation sentences, for every number of labels.
    """

    dataset: str = "rt-polarity"
    reviews: int = 300
    vocabulary: int = 4_000
    length: int = 48
    embed_dim: int = 64
    heads: int = 2
    layers: int = 2
    dropout: float = 0.1
    share: float = 0.15
    steps: int = 600
    windows: int = 16
    pretraining_rate: float = 5e-3
    labelled: tuple[int, ...] = (125, 500, 2_000)
    fine_epochs: tuple[int, ...] = (8, 4, 2)
    sentences: int = 16
    fine_rates: tuple[float, ...] = (1e-3, 4e-3)
    penalties: tuple[float, ...] = (3e-4, 3e-3)
    least: int = 2
    marks: int = 8
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """Few reviews, steps, pieces and sentences, and a small model."""
        return replace(
            self, reviews=20, vocabulary=1_000, length=16, embed_dim=16, heads=2, layers=1, steps=4,
            windows=2, labelled=(40, 80), fine_epochs=(1, 1), fine_rates=(1e-3,), penalties=(1e-3,),
            least=3, marks=2, seeds=(0, 1),
        )  # fmt: skip


@dataclass
class Pretrained:
    """What a model has learned of words: its state, and how it guesses hidden ones."""

    state: State
    losses: list[float]
    guessed: float
    seconds: float


def train_all(config: Training, device: str, progress: Progress) -> Result:
    """Pretrain once, choose rates on validation sentences, fine-tune with every seed, read the test split once a model."""
    texts = _sentiment_text.read(config.reviews, config.vocabulary, config.length)
    rates = len(config.fine_rates) if len(config.fine_rates) > 1 else 0
    progress.begin(1 + len(config.labelled) * (2 * rates + len(LABELS) * len(config.seeds)))
    result, before = Result(), pretrain(config, texts, config.seeds[0], device)
    progress.step("pretraining")
    for label, words in LABELS.items():
        state = before.state if label == "pretrained" else None
        runs: list[list[float]] = [[] for _ in config.seeds]
        for count, epochs in zip(config.labelled, config.fine_epochs, strict=True):
            rate = 0.0
            if label != "bag":
                rate = choose(config, texts, count, epochs, state, device, progress)
                result.add(f"fine_rate_{label}_{count}", rate)
            for row, seed in zip(runs, config.seeds, strict=True):
                rows = drawn(texts, count, seed)
                if label == "bag":
                    row.append(bag_of_words(config, texts, rows, device))
                else:
                    row.append(
                        fine_tune(
                            config,
                            texts,
                            rows,
                            texts.sentences.test,
                            seed,
                            rate,
                            epochs,
                            state,
                            device,
                        )
                    )
                progress.step(f"{words}, {count:,} sentences, seed {seed}")
            result.add(f"test_accuracy_{label}_{count}", [row[-1] for row in runs], "%")
        result.add_series(label, config.labelled, runs, x_label="sentences with a label",
                          y_label="test accuracy (%)")  # fmt: skip
    report(result, config, texts, before)
    return result


def choose(
    config: Training, texts: Texts, count: int, epochs: int, state: State | None, device: str, progress: Progress
) -> float:  # fmt: skip
    """The rate that is best on the validation sentences, with a draw that no result uses."""
    rates = config.fine_rates
    scores, rows = {}, drawn(texts, count, _sweep.TUNING_SEED)
    for rate in rates if len(rates) > 1 else ():
        scores[rate] = fine_tune(config, texts, rows, texts.sentences.validation, _sweep.TUNING_SEED, rate,
                                 epochs, state, device)  # fmt: skip
        progress.step(f"{count:,} sentences, learning rate {rate:g}")
    return max(scores, key=scores.__getitem__) if scores else rates[0]


def drawn(texts: Texts, count: int, seed: int) -> np.ndarray:
    """Training sentences that a seed draws, as many of praise as of blame."""
    rng, rows, y = np.random.default_rng(seed), texts.sentences.train, texts.sentences.y
    kinds = [rng.permutation(rows[y[rows] == kind])[: count // 2] for kind in (0, 1)]
    return np.sort(np.concatenate(kinds))


def network(config: Training, texts: Texts, head: Head) -> BERT:
    """A BERT of the experiment's size."""
    return BERT(
        BERTConfig(
            vocabulary=len(texts.pieces), positions=config.length, embed_dim=config.embed_dim,
            heads=config.heads, feedforward=4 * config.embed_dim, layers=config.layers, head=head,
            dropout=config.dropout,
        )
    )  # fmt: skip


@kept
def pretrain(config: Training, texts: Texts, seed: int, device: str) -> Pretrained:
    """Guess hidden pieces in windows of the text without labels."""
    torch.manual_seed(seed)
    model, rng = network(config, texts, "masked").to(device), np.random.default_rng(seed)
    with torch.no_grad():  # a short training would spend itself on how common each piece is
        common = torch.from_numpy(np.log(frequencies(texts)))
        model.output_bias.copy_(common)
    optimizer, schedule = slanted(model, config.pretraining_rate, config.steps)
    at = {round(config.steps * (i + 1) / config.marks) for i in range(config.marks)}
    losses, since, start = [], [], _sweep.clock(device)
    for step in range(1, config.steps + 1):
        first = rng.integers(0, len(texts.stream) - config.length, size=(config.windows, 1))
        window = texts.stream[first + np.arange(config.length)]
        window[:, 0] = CLS
        loss = hidden_loss(config, model, window, rng, device)[0]
        update(model, loss, optimizer, schedule)
        since.append(loss.item())
        if step in at:
            losses.append(float(np.mean(since)))
            since = []
    seconds = _sweep.clock(device) - start
    model.eval()
    fixed, shares = np.random.default_rng(_sweep.TUNING_SEED), []
    with torch.no_grad():
        for rows in np.array_split(texts.sentences.validation, 16):
            shares.append(
                hidden_loss(config, model, texts.tokens[rows], fixed, device)[1].item()
            )
    state = {name: value.cpu() for name, value in model.state_dict().items()}
    return Pretrained(state, losses, 100 * float(np.mean(shares)), seconds)


def frequencies(texts: Texts) -> np.ndarray:
    """How often each piece is in the text without labels, one added to each count, as shares."""
    counts = 1 + np.bincount(texts.stream, minlength=len(texts.pieces))
    return counts / counts.sum()


def hidden_loss(
    config: Training, model: BERT, tokens: np.ndarray, rng: np.random.Generator, device: str
) -> tuple[Tensor, Tensor]:
    """The cross-entropy of hidden pieces, and the share that is guessed; the head reads only these places."""
    read, labels = mask_tokens(
        tokens, mask=MASK, vocabulary=model.config.vocabulary, special=(PAD, CLS, SEP),
        share=config.share, rng=rng,
    )  # fmt: skip
    asked = torch.from_numpy(labels >= 0).to(device)
    targets = torch.from_numpy(labels[labels >= 0]).to(device)
    with half(device):
        x = model.features(torch.from_numpy(read).to(device))[asked]
        x = model.norm2(F.gelu(model.transform(x)))
        logits = F.linear(x, model.word.weight, model.output_bias)
    return F.cross_entropy(logits.float(), targets), (
        logits.argmax(1) == targets
    ).float().mean()


def half(device: str) -> Any:
    """bfloat16 on a GPU."""
    return torch.autocast(device.split(":")[0], torch.bfloat16, enabled=device != "cpu")


def slanted(model: nn.Module, rate: float, steps: int) -> tuple[Any, Any]:
    """AdamW with a rate that rises for a tenth of the steps and then falls in a line to 0."""
    optimizer = torch.optim.AdamW(model.parameters(), rate, weight_decay=0.01)
    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, partial(slope, steps))


def slope(steps: int, step: int) -> float:
    """The share of the rate that is used at a step.

    >>> [round(slope(20, step), 3) for step in (0, 1, 11, 20)]
    [0.5, 1.0, 0.5, 0.0]
    """
    rise = max(1, steps // 10)
    return min((step + 1) / rise, (steps - step) / (steps - rise + 1e-9) if step >= rise else 1)


def update(model: nn.Module, loss: Tensor, optimizer: Any, schedule: Any) -> None:
    """One step down."""
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()


@kept
def fine_tune(
    config: Training, texts: Texts, rows: np.ndarray, judged: np.ndarray, seed: int, rate: float, epochs: int,
    state: State | None, device: str,
) -> float:  # fmt: skip
    """Train on sentences with labels, from `state` or from scratch; the accuracy on those `judged`."""
    torch.manual_seed(seed)
    model, rng = network(config, texts, "sentence"), np.random.default_rng(seed)
    if state is not None:
        body = {name: value for name, value in state.items() if name in model.state_dict()}
        model.load_state_dict(body, strict=False)
    model.to(device)
    optimizer, schedule = slanted(model, rate, epochs * -(-len(rows) // config.sentences))
    model.train()
    for _ in range(epochs):
        for part in batches(texts, rng.permutation(rows), config.sentences):
            tokens, y = on(texts, part, device)
            with half(device):
                loss = F.cross_entropy(model(tokens).float(), y)
            update(model, loss, optimizer, schedule)
    return accuracy(texts, model, judged, device)


def batches(texts: Texts, rows: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Minibatches of sentences of similar length: within every eight batches they are sorted."""
    for start in range(0, len(rows), 8 * size):
        block = rows[start : start + 8 * size]
        block = block[np.argsort((texts.tokens[block] != PAD).sum(axis=1), kind="stable")]
        yield from np.split(block, range(size, len(block), size))


def on(texts: Texts, rows: np.ndarray, device: str) -> tuple[Tensor, Tensor]:
    """Sentences, no longer than the longest of them, and their labels."""
    tokens = texts.tokens[rows]
    tokens = tokens[:, : (tokens != PAD).sum(axis=1).max()]
    return torch.from_numpy(tokens).to(device), torch.from_numpy(texts.sentences.y[rows]).to(
        device
    )


@torch.no_grad()
def accuracy(texts: Texts, model: nn.Module, rows: np.ndarray, device: str) -> float:
    """How many per cent of the sentences are told right."""
    model.eval()
    right = 0
    for part in batches(texts, rows, 64):
        tokens, y = on(texts, part, device)
        with half(device):
            right += int((model(tokens).argmax(1) == y).sum())
    return 100 * right / len(rows)


@kept
def bag_of_words(config: Training, texts: Texts, rows: np.ndarray, device: str) -> float:
    """Logistic regression on which words a sentence holds; validation sentences choose the penalty."""
    known, y = _sentiment_text.known_words(texts, rows, config.least), texts.sentences.y

    def bags(part: np.ndarray) -> Tensor:
        return torch.from_numpy(_sentiment_text.bags(texts, part, known)).to(device)

    validation = texts.sentences.validation
    x, held_out, models, scores = bags(rows), bags(validation), {}, {}
    for penalty in config.penalties:
        models[penalty] = regression(x, torch.from_numpy(y[rows]).to(device), penalty)
        scores[penalty] = percent(models[penalty], held_out, y[validation])
    best = max(scores, key=scores.__getitem__)
    last = texts.sentences.test
    return percent(models[best], bags(last), y[last])


def regression(x: Tensor, y: Tensor, penalty: float) -> nn.Module:
    """The weights of the least cross-entropy and penalty."""
    model = SoftmaxRegression(SoftmaxRegressionConfig(in_features=x.shape[1], classes=2)).to(
        x.device
    )
    nn.init.zeros_(model.linear.weight)
    nn.init.zeros_(model.linear.bias)
    optimizer = torch.optim.LBFGS(
        model.parameters(), max_iter=40, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = F.cross_entropy(model(x), y) + penalty * model.linear.weight.square().sum()
        value.backward()
        return value

    optimizer.step(loss)  # type: ignore[arg-type]
    return model


@torch.no_grad()
def percent(model: nn.Module, x: Tensor, y: np.ndarray) -> float:
    """How many per cent are told right."""
    return 100 * float((model(x).argmax(1).cpu().numpy() == y).mean())


def report(result: Result, config: Training, texts: Texts, before: Pretrained) -> None:
    """The gain from pretraining, published values, the table and the description."""
    for count in config.labelled:
        pairs = zip(*(result.metrics[f"test_accuracy_{k}_{count}"]["values"] for k in ("pretrained", "scratch")),
                    strict=True)  # fmt: skip
        result.add(f"gain_{count}", [one - other for one, other in pairs], "points")
    result.add("guessed_hidden_pieces", before.guessed, "%")
    ordinary = frequencies(texts)[MASK + 1 :]
    result.add("commonest_piece", 100 * float(ordinary.max() / ordinary.sum()), "%")
    result.add("pretraining_seconds", before.seconds, "s")
    result.add("parameters", sum(value.numel() for value in before.state.values()))
    places = [round(config.steps * (i + 1) / config.marks) for i in range(config.marks)]
    result.add_series("pretraining_loss", places, [before.losses], x_label="step",
                      y_label="loss of hidden pieces (nats)")  # fmt: skip
    most = config.labelled[-1]
    result.refer(
        "CNN on pretrained word vectors", f"test_accuracy_pretrained_{most}", 81.5, KIM
    )
    result.refer("CNN on random word vectors", f"test_accuracy_scratch_{most}", 76.1, KIM)
    for count in config.labelled:
        result.refer(f"bag of words, {count:,} sentences", f"test_accuracy_pretrained_{count}",
                     result.mean(f"test_accuracy_bag_{count}"), "this experiment")  # fmt: skip
    result.tabulate(
        ["sentences with a label", *(f"{words}, test accuracy" for words in LABELS.values()), "gain from pretraining"],
        [[f"{count:,}", *(result.say(f"test_accuracy_{k}_{count}", 1) for k in LABELS), result.say(f"gain_{count}", 1)]
         for count in config.labelled],
    )  # fmt: skip
    result.alt = (
        "Share of film reviews of one sentence that are told to praise or to blame, against the number of sentences with "
        "a label. "
        + " ".join(
            f"{words[0].upper()}{words[1:]}: "
            + ", ".join(f"{result.say(f'test_accuracy_{k}_{n}', 1)} with {n:,}" for n in config.labelled) + "."
            for k, words in LABELS.items()
        )
    )  # fmt: skip


def draw(result: Result) -> Any:
    """Accuracy against the number of labels."""
    from book_code.experiments._draw import beside, curve, log_scale, reference, room, subplots

    figure, axes = subplots()
    ends = {}
    for look, (label, words) in enumerate(LABELS.items()):
        curve(axes, result, label, look, marker="o")
        ends[look] = (result.series[label]["mean"][-1], words)
    published = result.references[0]
    low = min(min(entry["mean"]) for k, entry in result.series.items() if k in LABELS)
    axes.set_ylim(min(low, 50) - 2 if low < 50 else low - 3, published["value"] + 4)
    reference(axes, published["value"], f"{published['name']}: {published['value']:g}")
    log_scale(axes.xaxis, result.config["labelled"])
    room(axes, 0.35)
    beside(axes, result.config["labelled"][-1], ends)
    axes.set_xlabel("sentences with a label")
    axes.set_ylabel("test accuracy (%)")
    return figure
