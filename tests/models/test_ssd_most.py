"""Of one picture no more objects are told than the paper tells, the surest."""

import numpy as np

from book_code.models.ssd.numpy_model import MOST, detections


def test_no_more_than_the_paper_tells_of_a_picture():
    corner = np.arange(MOST + 5)[:, None] * 2.0
    boxes = np.concatenate([corner, corner, corner + 1, corner + 1], axis=1)
    p = np.linspace(0.5, 0.9, MOST + 5)[:, None]
    (found,) = detections(p[None], boxes[None], 0.3, 0.45)
    np.testing.assert_array_equal(found.scores, np.sort(p[:, 0])[::-1][:MOST])
