"""The pictures of explorables for paper and for where no script runs, drawn by the book's own code."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from widgets.markdown.problems import Problem
from widgets.markdown.stills import ELEMENTS, still_markdown

SVG = "{http://www.w3.org/2000/svg}"
STILLS = sorted(path.parent.name for path in ELEMENTS.glob("*/still.py"))


def drawn(element: str) -> ET.Element:
    figure = ET.fromstring("".join(still_markdown(None, "page", element)))
    return figure.find(f"{SVG}svg")


def places(path: ET.Element) -> np.ndarray:
    return np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d")), dtype=float)


@pytest.mark.parametrize("element", STILLS)
def test_a_still_is_one_picture_with_a_name(element):
    picture = drawn(element)
    assert picture.get("role") == "img"
    assert len(picture.get("aria-label")) > 40
    numbers = [
        float(n) for n in re.findall(r"-?[\d.]+", picture.find(f".//{SVG}path").get("d"))
    ]
    assert np.isfinite(numbers).all()


def test_the_boundary_of_and_runs_between_its_corners():
    line = drawn("one-neuron").find(f".//{SVG}g/{SVG}g/{SVG}path")
    (x1, y1), (x2, y2) = places(line)
    for x, y in places(line):  # 75 is the middle of the panel, and 80 one unit
        assert (x - 75) / 80 + (75 - y) / 80 + 1 == pytest.approx(1.5, abs=0.01)
    assert (x1, y1) != (x2, y2)


def test_the_error_is_least_near_the_root_of_the_last_digit():
    error = drawn("derivative").findall(f"{SVG}g")[-1].find(f"{SVG}path")
    x, y = places(error).T
    assert 7 <= x[y.argmax()] / 240 * 16 <= 9  # SVG counts downwards


def test_a_still_that_nobody_drew_is_a_problem():
    with pytest.raises(Problem, match=r"no still of 'perceptron'; there are .*one-neuron"):
        still_markdown(None, "page", "perceptron")
