"""A discount above 1 has no values: the sum of rewards need not be finite."""

import pytest

from book_code.environments import GridWorld
from book_code.environments.gridworld import value_iteration


@pytest.mark.parametrize("discount", [-0.1, 1.01, float("nan")])
def test_a_discount_out_of_range_is_refused(discount):
    with pytest.raises(ValueError, match="discount from 0 to 1"):
        value_iteration(GridWorld("S.G"), discount)
