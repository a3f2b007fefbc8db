"""What attention and positions say of input that has no meaning, and masks given as lists."""

import numpy as np
import pytest

from book_code.nn.attention import causal_mask, per_head
from book_code.nn.positional import alibi_slopes, rotary


def test_a_list_of_numbers_is_a_mask_as_its_array_is():
    mask = [[0.0, -1.0, 0.0]]
    np.testing.assert_array_equal(
        causal_mask(mask, 2, 3), [[0.0, -1.0, -np.inf], [0.0, -1.0, 0.0]]
    )


@pytest.mark.parametrize("heads", [0, -2])
def test_there_is_at_least_one_head(heads):
    with pytest.raises(ValueError, match=f"attention expected at least 1 head, got {heads}"):
        per_head(4, heads, None)
    with pytest.raises(ValueError, match=f"alibi expected at least 1 head, got {heads}"):
        alibi_slopes(heads)


def test_whole_numbers_are_not_turned():
    with pytest.raises(TypeError, match="floating-point"):
        rotary(np.ones((2, 2), int), [0, 1])
