"""NumPy's kernels in the reader's Python, under Node: right on thousands of operands, refused where they are not."""

import json
import subprocess
from pathlib import Path

import pytest

from widgets.build.node import environment, node_path

DRIVE = Path(__file__).with_name("fast_numpy") / "drive.mjs"


@pytest.fixture(scope="module")
def said():
    done = subprocess.run(
        [node_path(), str(DRIVE)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_results_are_right_to_the_last_rounding(said):
    assert said["after"] == dict.fromkeys(said["after"], 0)
    assert len(said["after"]) == 11


@pytest.mark.parametrize("fault", ["addedForMultiplied32", "addedForMultiplied64"])
def test_a_kernel_that_is_wrong_is_not_left_in_place(said, fault):
    assert said[fault]["installed"] == []
    assert said[fault]["reason"].startswith("other results than NumPy's own")
    assert said["afterFaults"] == said["before"] == dict.fromkeys(said["before"], 0)


def test_another_numpy_is_left_as_it_is(said):
    assert said["otherVersion"] == {"installed": [], "reason": "NumPy 2.99 is not known"}


def test_they_are_installed_once(said):
    assert said["whole"]["reason"] is None
    assert len(said["whole"]["installed"]) == 15
    assert said["again"]["reason"] == "they are installed already"


def test_they_are_worth_it(said):
    assert said["faster"] > 4
