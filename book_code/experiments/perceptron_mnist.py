"""Four linear classifiers on MNIST: two perceptrons, softmax regression, a linear SVM."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from book_code.data import load
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.perceptron.config import MulticlassPerceptronConfig
from book_code.models.perceptron.numpy_model import MulticlassPerceptron

TITLE = "Ten digits with one layer"
LABELS = {
    "perceptron": "multi-class perceptron",
    "averaged": "averaged perceptron",
    "svm": "linear SVM, one against the rest",
    "softmax": "softmax regression",
}


@dataclass(frozen=True)
class Config:
    """The whole of MNIST. The learning rates are chosen on the validation split."""

    dataset: str = "mnist"
    train_size: int = 55_000
    perceptron_epochs: int = 8
    epochs: int = 30
    batch_size: int = 100
    rates: tuple[float, ...] = (0.02, 0.1, 0.5)
    shrink: float = 1e-5
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """A share of the pictures, few epochs."""
        return replace(
            self, train_size=2_000, perceptron_epochs=2, epochs=3, rates=(0.1,), seeds=(0, 1)
        )


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train the four; read the test split once for each."""
    data = load(config.dataset)
    x, y = flat(data.train)[: config.train_size], data.train.y[: config.train_size]
    validation, test = flat(data.validation), flat(data.test)
    progress.begin(2 * len(config.rates) + 4 * len(config.seeds))
    result = Result()
    for label in LABELS:
        rate = None
        if label in GRADIENTS:
            scores = {}
            for rate in config.rates:
                w = descend(x, y, GRADIENTS[label], config, rate, seed=1_000)
                scores[rate] = error(validation @ w.T, data.validation.y)
                progress.step(f"{label}, learning rate {rate:g}")
            rate = min(scores, key=scores.__getitem__)
            result.add(f"learning_rate_{label}", rate)
        errors, train_errors = [], []
        for seed in config.seeds:
            if rate is None:
                model = perceptron(x, y, config, seed, averaged=label == "averaged")
                decide = model.decision
                errors.append(error(decide(test[:, :-1]), data.test.y))
                train_errors.append(error(decide(x[:, :-1]), y))
            else:
                w = descend(x, y, GRADIENTS[label], config, rate, seed)
                errors.append(error(test @ w.T, data.test.y))
                train_errors.append(error(x @ w.T, y))
            progress.step(f"{label}, seed {seed}")
        result.add(f"test_error_{label}", errors, "%")
        result.add(f"train_error_{label}", train_errors, "%")
    result.add("parameters", 10 * (x.shape[1]))
    result.refer("LeCun et al. 1998, linear classifier", "test_error_softmax", 12.0,
                 "Y. LeCun et al. (1998), Gradient-based learning applied to document recognition")  # fmt: skip
    result.tabulate(
        ["classifier", "test error", "training error"],
        [
            [words, result.say(f"test_error_{k}"), result.say(f"train_error_{k}")]
            for k, words in LABELS.items()
        ],
    )
    result.alt = (
        "Test error on MNIST of four linear classifiers: "
        + ", ".join(
            f"{words} {result.say(f'test_error_{k}', 1)}" for k, words in LABELS.items()
        )
        + ". LeCun et al. reported 12.0 % for a linear classifier in 1998."
    )
    return result


def flat(split):
    """Pictures as rows, with a 1 at the end for the bias."""
    x = split.x.reshape(len(split), -1)
    return np.concatenate([x, np.ones((len(x), 1), x.dtype)], axis=1)


def perceptron(x, y, config, seed, *, averaged):
    """The multi-class perceptron after some epochs."""
    model = MulticlassPerceptron(MulticlassPerceptronConfig(in_features=x.shape[1] - 1))
    rng = np.random.default_rng(seed)
    model.fit(x[:, :-1], y, config.perceptron_epochs, averaged=averaged, rng=rng)
    return model


def softmax_gradient(scores, y):
    """The slope of the cross-entropy: probabilities, less 1 for the right class."""
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p


def hinge_gradient(scores, y):
    """The slope of ten hinge losses, each class against the rest."""
    sign = -np.ones_like(scores)
    sign[np.arange(len(y)), y] = 1
    return np.where(sign * scores < 1, -sign, 0)


GRADIENTS = {"svm": hinge_gradient, "softmax": softmax_gradient}


def descend(x, y, gradient, config, rate, seed):
    """Stochastic gradient descent with a rate that falls to zero, and a slight pull to zero."""
    rng, w = np.random.default_rng(seed), np.zeros((10, x.shape[1]), np.float32)
    steps = config.epochs * -(-len(x) // config.batch_size)
    step = 0
    for _ in range(config.epochs):
        for rows in np.array_split(rng.permutation(len(x)), -(-len(x) // config.batch_size)):
            slope = gradient(x[rows] @ w.T, y[rows]).T @ x[rows] / len(rows)
            w -= np.float32(rate * (1 - step / steps)) * (slope + config.shrink * w)
            step += 1
    return w


def error(scores, y):
    """Wrong answers in per cent."""
    return 100 * float((scores.argmax(axis=1) != y).mean())


def plot(result: Result) -> Any:
    """Error by classifier, with LeCun's."""
    from book_code.experiments._draw import dots, subplots
    from book_code.plotting import INK_SOFT

    figure, axes = subplots(figsize=(6.1, 3.2))
    dots(axes, result, {f"test_error_{k}": words for k, words in LABELS.items()})
    axes.axvline(12.0, color=INK_SOFT, linestyle=":", linewidth=1.4)
    axes.annotate("LeCun 1998", (12.0, 3.4), xytext=(4, 0), textcoords="offset points",
                  color=INK_SOFT, fontsize=11)  # fmt: skip
    axes.set_xlim(left=7)
    axes.set_xlabel("test error (%)")
    return figure
