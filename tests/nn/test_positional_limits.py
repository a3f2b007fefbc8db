"""Positions that cannot be are refused: no tables of negative sizes, no turns of another length."""

import numpy as np
import pytest

from book_code import nn


@pytest.mark.parametrize(
    "table",
    [
        lambda: nn.sinusoidal(-1, 4),
        lambda: nn.alibi(2, -1, 3),
        lambda: nn.alibi(2, 3, 0),
        lambda: nn.relative_buckets(-1, 3),
    ],
)
def test_sizes_are_from_1_on(table):
    with pytest.raises(ValueError, match="expected sizes of at least 1"):
        table()


@pytest.mark.parametrize("base", [0.0, -1.0, np.nan])
def test_a_base_is_above_0(base):
    with pytest.raises(ValueError, match="base above 0"):
        nn.rotary(np.ones((3, 4)), np.arange(3), base)


@pytest.mark.parametrize("positions", [[0], [[0, 1, 2]], 1])
def test_every_query_has_one_position(positions):
    with pytest.raises(ValueError, match="T positions"):
        nn.rotary(np.ones((3, 4)), positions)
