"""What the experiments on translation tell: BLEU by length and by width of the beam."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from book_code.experiments._result import Result
from book_code.experiments._sentences import Sentences

LABELS = {"seq2seq": "Seq2Seq", "attention": "AttentionSeq2Seq", "transformer": "Transformer"}
UNITS = {"seconds": "s", "test_token": "%", "milliseconds": "ms"}


def bins(config: Any) -> list[str]:
    """The lengths in names of metrics: "3_5" is from 3 to 5 words."""
    return [f"{a}_{b - 1}" for a, b in pairwise(config.edges)]


def report(result: Result, runs: list[dict[str, float]]) -> None:
    """Add what was measured on one model with every seed."""
    for name in runs[0]:
        unit = next((unit for start, unit in UNITS.items() if name.startswith(start)), "")
        values = [run[name] for run in runs]
        result.add(name, values[:1] if name.startswith("parameters") else values, unit)


def describe(result: Result, config: Any, test: Sentences) -> None:
    """Curves, verdicts, the table and the description."""
    places = [float(test.lengths[test.places == i].mean()) for i in range(len(bins(config)))]
    for label in LABELS:
        for series, x, metrics, words in (
            ("length", places, by_words(config, label), "words of the English sentence"),
            ("beam", config.widths, by_width(config, label), "width of the beam"),
        ):
            columns = [result.metrics[metric]["values"] for metric in metrics]
            result.add_series(f"{series}_{label}", x, list(zip(*columns, strict=True)),
                              x_label=words, y_label="BLEU")  # fmt: skip
    for label in ("attention", "transformer"):
        for name in bins(config):
            result.refer(f"{LABELS[label]} against Seq2Seq, {spoken(name)}", f"test_bleu_{label}_words_{name}",
                         result.mean(f"test_bleu_seq2seq_words_{name}"), "this experiment")  # fmt: skip
    result.tabulate(["", *LABELS.values()], rows(result, config))
    last = bins(config)[-1]
    result.alt = (
        f"BLEU of translations of held-out English sentences into French, by length of the sentence and by width of the beam, "
        f"each point a mean over {len(config.seeds)} seeds with a band of one standard deviation. Over all lengths: "
        f"{listed(result, 'test_bleu_{}')}. On sentences of {spoken(last)}: {listed(result, f'test_bleu_{{}}_words_{last}')}. "
        f"With a beam of {config.widths[-1]}, on fewer sentences: {listed(result, f'test_bleu_{{}}_beam_{config.widths[-1]}')}."
    )  # fmt: skip


def by_words(config: Any, label: str) -> list[str]:
    """The metrics of one model by length."""
    return [f"test_bleu_{label}_words_{name}" for name in bins(config)]


def by_width(config: Any, label: str) -> list[str]:
    """The metrics of one model by width of the beam."""
    return [f"test_bleu_{label}_beam_{width}" for width in config.widths]


def spoken(name: str) -> str:
    """A length in words.

    >>> spoken("3_5")
    '3 to 5 words'
    """
    return f"{name.replace('_', ' to ')} words"


def listed(result: Result, metric: str) -> str:
    """A metric of all models in words."""
    return ", ".join(
        f"{words} {result.say(metric.format(label), 1)}" for label, words in LABELS.items()
    )


def rows(result: Result, config: Any) -> list[list[str]]:
    """A row for each thing measured, a column for each model."""
    few = config.beam_sentences * (len(config.edges) - 1)
    table = {
        f"BLEU, {spoken(name)}": (f"test_bleu_{{}}_words_{name}", 1) for name in bins(config)
    }
    table["BLEU, all lengths"] = ("test_bleu_{}", 1)
    for width in config.widths:
        table[f"BLEU with a beam of {width}, {few} sentences"] = (
            f"test_bleu_{{}}_beam_{width}",
            1,
        )
        table[f"time of a sentence with a beam of {width}"] = (
            f"milliseconds_{{}}_beam_{width}",
            0,
        )
    table |= {
        "next token right, given the right ones before": ("test_token_accuracy_{}", 1),
        "validation loss (nats a token)": ("validation_loss_{}", 2),
        "training time": ("seconds_{}", 0),
        "parameters": ("parameters_{}", 0),
        "learning rate": ("learning_rate_{}", 4),
    }  # fmt: skip
    return [
        [words, *(result.say(metric.format(label), digits) for label in LABELS)]
        for words, (metric, digits) in table.items()
    ]


def draw(result: Result) -> Any:
    """BLEU by length above, by width of the beam below."""
    from book_code.experiments._draw import beside, curve, log_scale, room, subplots

    figure, panels = subplots(nrows=2, figsize=(6.1, 6.4))
    for axes, series in zip(panels, ("length", "beam"), strict=True):
        ends = {}
        for look, (label, words) in enumerate(LABELS.items()):
            curve(axes, result, f"{series}_{label}", look)
            ends[look] = (result.series[f"{series}_{label}"]["mean"][-1], words)
        axes.set_ylim(bottom=0)
        data = result.series[f"{series}_seq2seq"]
        if series == "beam":
            log_scale(axes.xaxis, data["x"])
        room(axes, 0.45)
        beside(axes, data["x"][-1], ends)
        axes.set_xlabel(data["x_label"])
        axes.set_ylabel("BLEU")
    return figure
