"""English to French by an encoder and a decoder: without attention, with it, and by attention alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from book_code.experiments import _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.experiments._sentences import (
    FIRST,
    Pair,
    Sentences,
    Texts,
    batches,
    padded,
    prepare,
)
from book_code.experiments._translation_report import LABELS, bins, describe, report
from book_code.metrics.text import bleu
from book_code.models.seq2seq.config import (
    END,
    PAD,
    START,
    AttentionSeq2SeqConfig,
    Seq2SeqConfig,
)
from book_code.models.seq2seq.torch_model import AttentionSeq2Seq, Seq2Seq, teacher_forcing
from book_code.models.transformer.config import TransformerConfig
from book_code.models.transformer.torch_layers import Cache
from book_code.models.transformer.torch_model import Transformer
from book_code.text.bpe import BPE
from book_code.text.decoding import beam_search, greedy


@dataclass(frozen=True)
class Training:
    """All models read and write the same tokens (BPE of both languages together) and see the same batches.

    Seq2Seq and AttentionSeq2Seq differ in the attention, and in that the first reads the source from its end. Adam with a
    rate that rises for a tenth of the steps and then falls to zero; each model's rate is chosen by short runs on the
    validation sentences. BLEU is of test sentences, up to so many of every length, against all their translations.
    """

    dataset: str = "eng-fra"
    common: int = 700  # all words are among so many of the most frequent ones; 0 is no limit
    pairs: int = 0  # for training, drawn at random; 0 is all
    validation_pairs: int = 500
    edges: tuple[int, ...] = (3, 5, 7, 9, 11, 15)  # of the lengths: 3 to 4 words, and so on
    vocabulary: int = 800
    embedding: int = 64
    hidden: int = 64
    layers: int = 1  # of the recurrent models, in encoder and decoder each
    transformer_layers: int = 2
    heads: int = 4
    feedforward: int = 128
    dropout: float = 0.0
    steps: int = 700
    batch_size: int = 32
    rates: tuple[float, ...] = (5e-3, 1e-2)
    tuning_steps: int = 80
    sentences: int = 150  # of every length, for BLEU
    beam_sentences: int = 8  # of every length, for the beams
    widths: tuple[int, ...] = (1, 2, 4, 8)
    longest: int = 32  # tokens of a translation
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """Few pairs, steps and sentences; one rate."""
        return replace(
            self, pairs=1_000, validation_pairs=50, vocabulary=400, embedding=32, hidden=32, layers=1, transformer_layers=1, heads=4,
            feedforward=64, steps=8, batch_size=16, rates=self.rates[:1], sentences=4, beam_sentences=1,
            widths=(1, 4), longest=16, seeds=(0, 1),
        )  # fmt: skip


@dataclass
class Trained:
    """A model and its vocabulary: token i of the model is token i - 3 of the tokenizer."""

    model: Any
    tokenizer: BPE
    seconds: float
    validation_loss: float


# ---- training


def network(config: Training, label: str, tokens: int) -> nn.Module:
    """One of the three models."""
    if label == "transformer":
        return Transformer(TransformerConfig(
            vocabulary=tokens, embed_dim=config.embedding, heads=config.heads,
            feedforward=config.feedforward, layers=config.transformer_layers, norm_first=True,
            padding=True, dropout=config.dropout,
        ))  # fmt: skip
    sizes: Any = {
        "source_vocabulary": tokens, "target_vocabulary": tokens, "embedding": config.embedding,
        "hidden": config.hidden, "layers": config.layers, "cell": "gru", "dropout": config.dropout,
    }  # fmt: skip
    if label == "seq2seq":
        return Seq2Seq(Seq2SeqConfig(**sizes))
    return AttentionSeq2Seq(
        AttentionSeq2SeqConfig(**sizes, bidirectional=False, attention="general")
    )


def train(
    config: Training, texts: Texts, label: str, seed: int, rate: float, device: str
) -> Trained:
    """Train one model with teacher forcing."""
    torch.manual_seed(seed)
    model = network(config, label, len(texts.tokenizer) + FIRST).to(device)
    optimizer = torch.optim.Adam(model.parameters(), rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, partial(share_of_rate, config.steps)
    )
    stream = batches(texts.train, config.batch_size, np.random.default_rng(seed), device)
    start = _sweep.clock(device)
    for _ in range(config.steps):
        loss = teacher_forcing(model, *next(stream))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    seconds = _sweep.clock(device) - start
    model.eval()
    return Trained(
        model, texts.tokenizer, seconds, foretold(model, texts.validation, device)[0]
    )


def share_of_rate(steps: int, step: int) -> float:
    """What share of the rate is used at a step: all of it after a tenth, none after the last."""
    rise = max(1, steps // 10)
    return min((step + 1) / rise, (steps - step) / (steps - rise + 1))


@torch.no_grad()
def foretold(model: nn.Module, pairs: Sequence[Pair], device: str) -> tuple[float, float]:
    """The mean loss of the next token, and how many per cent are the most probable one, given the right ones before."""
    total, right, count = 0.0, 0, 0
    for start in range(0, len(pairs), 64):
        source, target = (
            padded(rows, device) for rows in zip(*pairs[start : start + 64], strict=True)
        )
        logits, wanted = model(source, target[:, :-1]).flatten(0, 1), target[:, 1:].flatten()
        total += nn.functional.cross_entropy(
            logits, wanted, ignore_index=PAD, reduction="sum"
        ).item()
        right += ((logits.argmax(1) == wanted) & (wanted != PAD)).sum().item()
        count += int((wanted != PAD).sum())
    return total / count, 100 * right / count


@kept
def trial(
    config: Training, texts: Texts, label: str, seed: int, rate: float, device: str
) -> float:
    """The validation loss after a short training."""
    return train(config, texts, label, seed, rate, device).validation_loss


# ---- translating


def steps_of(model: Any) -> tuple[Callable[[Tensor], Any], Callable[..., Any]]:
    """What begins with sources, and the step function for `text.decoding`."""
    if isinstance(model, Transformer):
        begin, step = begin_transformer(model), step_transformer(model)
    else:
        begin, step = model.begin, model.step

    @torch.no_grad()
    def on_cpu(tokens: np.ndarray, state: Any) -> tuple[np.ndarray, Any]:
        logits, state = step(tokens, state)
        return logits.cpu().numpy(), state

    return begin, on_cpu


def begin_transformer(model: Transformer) -> Callable[[Tensor], dict[str, Any]]:
    """The state before the first word: what the encoder made of the sources."""

    @torch.no_grad()
    def begin(source: Tensor) -> dict[str, Any]:
        caches = [None] * len(model.decoder)
        return {"source": source, "memory": model.encode(source), "caches": caches}

    return begin


def step_transformer(model: Transformer) -> Callable[..., Any]:
    """One more word of every text; keys and values of those before are in the state."""

    def step(tokens: np.ndarray, state: dict[str, Any]) -> tuple[Tensor, Any]:
        caches = [Cache(*(pair or ())) for pair in state["caches"]]
        target = torch.as_tensor(tokens, device=state["source"].device)[:, None]
        logits = model.decode(target, state["memory"], state["source"], caches)[:, 0]
        return logits, {**state, "caches": [(cache.keys, cache.values) for cache in caches]}

    return step


def translate(
    trained: Trained, sources: Sequence[np.ndarray], device: str, longest: int, width: int = 0
) -> list[list[str]]:
    """The words of each translation: the most probable token at every step, or the best of a beam."""
    begin, step = steps_of(trained.model)
    size = 64 if width == 0 else 1
    texts: list[list[str]] = []
    for start in range(0, len(sources), size):
        source = padded(sources[start : start + size], device)
        if width:
            found = beam_search(step, START, begin(source), width=width, length=longest, end=END,
                                length_power=1.0)  # fmt: skip
            rows: Any = [found[0].tokens]
        else:
            first = np.full(len(source), START)
            rows = greedy(step, first, begin(source), length=longest, end=END).tolist()
        texts += [
            trained.tokenizer.decode(token - FIRST for token in row if token >= FIRST).split()
            for row in rows
        ]
    return texts


# ---- the experiment


def run_all(config: Training, device: str, progress: Progress) -> Result:
    """Choose each model's rate, train it with every seed, read the test sentences once for each."""
    texts, trials = prepare(config), config.rates if len(config.rates) > 1 else ()
    progress.begin(len(LABELS) * (len(trials) + len(config.seeds)))
    result, short = Result(), replace(config, steps=config.tuning_steps)
    for label, words in LABELS.items():
        scores = {}
        for rate in trials:
            scores[rate] = trial(short, texts, label, _sweep.TUNING_SEED, rate, device)
            progress.step(f"{words}, learning rate {rate:g}")
        rate = min(scores, key=scores.__getitem__) if scores else config.rates[0]
        runs = []
        for seed in config.seeds:
            runs.append(measured(config, texts, label, seed, rate, device))
            progress.step(f"{words}, seed {seed}")
        report(result, runs)
        result.add(f"learning_rate_{label}", rate)
    describe(result, config, texts.test)
    return result


@kept
def measured(
    config: Training, texts: Texts, label: str, seed: int, rate: float, device: str
) -> dict[str, float]:
    """Train once, then translate the test sentences."""
    trained, test = train(config, texts, label, seed, rate, device), texts.test
    start = _sweep.clock(device)
    found = translate(trained, test.sources, device, config.longest)
    values = {
        f"seconds_{label}": trained.seconds,
        f"seconds_greedy_{label}": _sweep.clock(device) - start,
        f"parameters_{label}": _sweep.parameters(trained.model),
        f"validation_loss_{label}": trained.validation_loss,
        f"test_token_accuracy_{label}": foretold(trained.model, test.pairs(), device)[1],
        f"test_bleu_{label}": scored(test, found, np.arange(len(found))),
    }
    for place, name in enumerate(bins(config)):
        rows = np.flatnonzero(test.places == place)
        each = [found[row] for row in rows]
        values[f"test_bleu_{label}_words_{name}"] = scored(test, each, rows)
    rows = few(config, test)
    for width in config.widths:
        start = _sweep.clock(device)
        beam = translate(
            trained, [test.sources[row] for row in rows], device, config.longest, width
        )
        time = 1_000 * (_sweep.clock(device) - start) / len(rows)
        values[f"milliseconds_{label}_beam_{width}"] = time
        values[f"test_bleu_{label}_beam_{width}"] = scored(test, beam, rows)
    return values


def few(config: Training, test: Sentences) -> np.ndarray:
    """The sentences for the beams, as many of every length."""
    places = range(len(config.edges) - 1)
    return np.concatenate(
        [np.flatnonzero(test.places == place)[: config.beam_sentences] for place in places]
    )


def scored(sentences: Sentences, found: list[list[str]], rows: np.ndarray) -> float:
    """BLEU from 0 to 100 of translations of the sentences in these rows."""
    return 100 * bleu([sentences.references[row] for row in rows], found)
