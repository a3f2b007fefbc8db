"""Recipes of the models of language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Self

import numpy as np
import torch
from torch import nn

from book_code.data import tinyshakespeare
from book_code.experiments import _char_gpt, _sentences, _translation
from book_code.text.bpe import BPE
from book_code.weights.torch_recipe import Measured, Recipe

VOCABULARY = 512
PAIRED = 1_000  # tokens of English and French together
EDGES = (3, 6, 9, 12, 15, 21)  # of the lengths of sentences, in words


@dataclass(frozen=True)
class Writing:
    """AdamW with a rate that rises for `warmup` of the steps and then falls by a cosine to a tenth."""

    steps: int = 800
    batch_size: int = 16
    rate: float = 4e-3
    warmup: float = 0.05
    decay: float = 0.1
    windows: int = 0  # of the validation text; 0 is all of them
    seed: int = 0

    def quick(self) -> Self:
        """A few steps, and little of the validation text."""
        return replace(self, steps=3, batch_size=2, windows=4)


@dataclass(frozen=True)
class Translating:
    """The training of the experiments on translation, once, on some of the pairs."""

    pairs: int = 60_000
    steps: int = 900
    batch_size: int = 64
    rate: float = 6e-3
    sentences: int = 60  # of every length, for BLEU
    seed: int = 0

    def quick(self) -> Self:
        """A few steps on a few pairs."""
        return replace(self, pairs=1_000, steps=2, batch_size=4, sentences=2)


@cache
def shakespeare() -> tuple[BPE, np.ndarray, np.ndarray, float]:
    """The tokenizer, the tokens of both splits, and the characters of a token of the validation text."""
    text = tinyshakespeare.load()
    train, validation = text.decode(text.train), text.decode(text.validation)
    tokenizer = BPE.train(train, VOCABULARY)
    tokens = [np.array(tokenizer.encode(part)) for part in (train, validation)]
    return tokenizer, tokens[0], tokens[1], len(validation) / len(tokens[1])


def fit_gpt(model: Any, settings: Writing) -> None:
    """Foretell the next token of windows that are drawn from the text."""
    groups = _char_gpt.groups(model, settings.decay)
    optimizer = torch.optim.AdamW(groups, settings.rate, betas=(0.9, 0.99))
    share: Any = partial(_char_gpt.share_of_rate, settings)  # type: ignore[arg-type]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, share)
    whole, length = torch.from_numpy(shakespeare()[1]), model.config.positions
    rng = np.random.default_rng(settings.seed)
    for _ in range(settings.steps):
        first = rng.integers(0, len(whole) - length, size=(settings.batch_size, 1))
        window = whole[torch.from_numpy(first + np.arange(length + 1))]
        loss = _char_gpt.losses(model, window, "cpu")
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()


def measure_gpt(model: Any, settings: Writing) -> list[Measured]:
    """The loss on the validation text, by token and by character."""
    _, _, validation, characters = shakespeare()
    loss = _char_gpt.judge(model, validation, "cpu", settings.windows)
    return [
        Measured("loss on the validation text, nats a token", loss),
        Measured("the same by character, nats", loss / characters),
        Measured("characters of a token, mean", characters),
    ]


@cache
def sentences(settings: Translating) -> tuple[_translation.Training, Any]:
    """The configuration of the experiments' code, and its sentences as tokens."""
    config = _translation.Training(
        pairs=settings.pairs, common=0, edges=EDGES, vocabulary=PAIRED, hidden=96, steps=settings.steps,
        batch_size=settings.batch_size, sentences=settings.sentences, longest=64,
    )  # fmt: skip
    return config, _sentences.prepare(config)


def fit_translation(model: Any, settings: Translating) -> None:
    """Train with attention, by teacher forcing."""
    config, texts = sentences(settings)
    trained = _translation.train(
        config, texts, "attention", settings.seed, settings.rate, "cpu"
    )
    model.load_state_dict(trained.model.state_dict())


def measure_translation(model: Any, settings: Translating) -> list[Measured]:
    """BLEU of test sentences of every length, and how often the next token is the most probable one."""
    config, texts = sentences(settings)
    trained = _translation.Trained(model, texts.tokenizer, 0.0, 0.0)
    found = _translation.translate(trained, texts.test.sources, "cpu", config.longest)
    bleu = _translation.scored(texts.test, found, np.arange(len(found)))
    _, right = _translation.foretold(model, texts.test.pairs(), "cpu")
    return [
        Measured(f"BLEU of {len(found)} test sentences, as many of every length, greedy", bleu),
        Measured(
            "next tokens of the test sentences that are the most probable one", right, "%"
        ),
    ]


def pair_tokenizer() -> Mapping[str, Any]:
    """The one tokenizer of both languages."""
    tokenizer = sentences(Translating())[1].tokenizer
    entry = {"merges": tokenizer.merges, "special": list(tokenizer.special)}
    return {"source": entry, "target": entry}


def text_tokenizer() -> Mapping[str, Any]:
    """The tokenizer, as its card has it."""
    tokenizer = shakespeare()[0]
    return {"text": {"merges": tokenizer.merges, "special": list(tokenizer.special)}}


RECIPES = [
    Recipe(
        title="GPT that goes on like Shakespeare",
        preset="gpt-nano-cpu",
        dataset="tinyshakespeare",
        fields={"vocabulary": VOCABULARY, "embed_dim": 96, "layers": 3},
        settings=Writing(),
        train=fit_gpt,
        measure=measure_gpt,
        data="tiny Shakespeare, the first 1,003,854 characters of 1,115,394 (Karpathy 2015)",
        licence="the plays are in the public domain",
        limits="It has words and the form of a play, no sense. It sees 64 tokens at most, and knows nothing but these plays.",
        tokenizers=text_tokenizer,
    ),
    Recipe(
        title="Seq2Seq with attention that translates short English sentences into French",
        preset="attention-seq2seq",
        dataset="eng-fra",
        fields={
            "source_vocabulary": PAIRED + _sentences.FIRST, "target_vocabulary": PAIRED + _sentences.FIRST,
            "embedding": 64, "hidden": 96, "bidirectional": False, "attention": "general",
        },
        settings=Translating(),
        train=fit_translation,
        measure=measure_translation,
        data="English and French sentences of the Tatoeba project in the export of 2019-04-07 by manythings.org/anki; 60,000 "
        "pairs of the training split",
        licence="CC BY 2.0 FR; attribution: tatoeba.org and www.manythings.org/anki",
        limits="Sentences of 3 to 20 words in lower case, signs apart. After 900 steps most translations are wrong in a word or in all. Token i of the "
        "model is token i - 3 of the tokenizer: before it stand padding, start and end.",
        tokenizers=pair_tokenizer,
    ),
]  # fmt: skip
