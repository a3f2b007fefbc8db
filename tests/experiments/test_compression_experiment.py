"""What is pruned stays pruned, and packed weights take their bits."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.compression.pruning import apply_masks, magnitude_masks  # noqa: E402
from book_code.compression.torch_compression import quantize_model  # noqa: E402
from book_code.experiments import _small, compression  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = replace(compression.Config().quick(), train_size=64)
DATA = _small.draw("digits", 0, CONFIG.train_size)


def test_removed_weights_stay_zero_while_the_others_learn():
    torch.manual_seed(0)
    model = compression.network(CONFIG, DATA, (8,))
    masks = magnitude_masks(compression.arrays(model), 0.9)
    compression.put(model, apply_masks(compression.arrays(model), masks))
    before = compression.arrays(model)
    compression.learn(model, DATA.train, 2, CONFIG, 0, masks=masks)
    after = compression.arrays(model)
    for name, kept in masks.items():
        assert not after[name][~kept].any(), name
        assert not np.array_equal(after[name][kept], before[name][kept]), name


def test_the_size_counts_bits_not_bytes():
    model = compression.network(CONFIG, DATA, (10,))
    weights, biases = 64 * 10 + 10 * 10, 20
    assert compression.kilobytes(model, 32) == pytest.approx(4 * (weights + biases) / 1_000)
    packed = compression.kilobytes(quantize_model(model, 4), 4)
    assert packed == pytest.approx((weights / 2 + 4 * biases + 4 * 20) / 1_000)  # a scale a row


def test_a_taught_pupil_sees_no_label_where_the_weight_is_all_the_teachers():
    config = replace(CONFIG, weight=1.0)
    torch.manual_seed(0)
    teacher = compression.network(config, DATA, (8,))
    wrong = replace(DATA, train=replace(DATA.train, y=(DATA.train.y + 1) % 10))
    pupils = []
    for part in (DATA.train, wrong.train):
        torch.manual_seed(1)
        pupil = compression.network(config, DATA, (4,))
        compression.learn(pupil, part, 1, config, 0, teacher=teacher)
        pupils.append(compression.arrays(pupil))
    assert all(np.array_equal(pupils[0][name], pupils[1][name]) for name in pupils[0])
