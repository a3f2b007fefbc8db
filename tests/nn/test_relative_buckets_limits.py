"""Settings with which T5's buckets cannot be made are refused before a division by zero."""

import pytest

from book_code.nn.positional import relative_buckets


@pytest.mark.parametrize(
    ("buckets", "furthest", "both_ways"), [(2, 128, True), (1, 128, False), (32, 8, True)]
)
def test_too_few_buckets_or_too_near_an_end_are_refused(buckets, furthest, both_ways):
    with pytest.raises(ValueError, match="relative_buckets expected at least"):
        relative_buckets(2, 3, buckets=buckets, furthest=furthest, both_ways=both_ways)


def test_the_smallest_settings_that_work():
    assert relative_buckets(1, 3, buckets=4, furthest=2).tolist() == [[1, 1, 0]]
