"""The README keeps its word: its code prints the number that its comment says."""

import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_the_eight_lines_print_their_comment(capsys):
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    lines = [line for line in code.splitlines() if line]
    assert len(lines) == 8
    exec(code, {})
    assert capsys.readouterr().out.strip() == lines[-1].split("#")[1].strip()


@pytest.mark.native
def test_every_room_of_the_table_exists():
    rooms = re.findall(r"`([\w./]+)`", README.split("| room |")[1].split("\n\n")[0])
    assert {"docs/", "book_code/", "noxfile.py"} <= set(rooms)
    for room in rooms:
        if room != "tests/browser":
            assert (Path(__file__).parents[1] / room).exists(), room
