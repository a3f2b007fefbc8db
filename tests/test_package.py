"""The package as a whole: what importing it needs, what it exports, how long its files are."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import book_code

ROOT = Path(book_code.__file__).parent
MODULES = [m.name for m in pkgutil.walk_packages([str(ROOT)], "book_code.")]
NUMPY_ONLY = [
    name
    for name in MODULES
    if not name.endswith(("plotting", "__main__"))
    and not name.rpartition(".")[2].startswith("torch_")
    and not name.startswith("book_code.experiments")
]


@pytest.mark.native
def test_numpy_is_all_that_importing_needs():
    program = "import sys\n"
    program += "for name in ('torch', 'matplotlib', 'pooch', 'safetensors', 'tqdm', 'scipy'):\n"
    program += "    sys.modules[name] = None\n"
    program += "".join(f"import {name}\n" for name in NUMPY_ONLY)
    program += "import book_code as bc, numpy as np\n"
    program += "print(bc.build('lenet-tiny', rng=np.random.default_rng(0)).config.classes)\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True, text=True, check=False, cwd=ROOT.parent,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == "3\n"


@pytest.mark.native
def test_importing_the_package_is_quick_because_it_is_little():
    program = (
        "import sys, book_code; print(*sorted(m for m in sys.modules if 'book_code' in m))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT.parent,
    )
    assert "book_code.autodiff" not in done.stdout.split()


@pytest.mark.parametrize("name", NUMPY_ONLY)
def test_what_a_module_exports_is_there_and_described(name):
    module = importlib.import_module(name)
    assert module.__doc__, name
    for public in getattr(module, "__all__", []):
        assert hasattr(module, public), f"{name}.{public}"


def test_rooms_are_opened_when_asked_for():
    assert book_code.data.names()
    assert book_code.nn.Module
    assert book_code.text.BPE is book_code.text.bpe.BPE
    assert book_code.schedules.cosine
    with pytest.raises(AttributeError, match="has no attribute 'datas'"):
        _ = book_code.datas


@pytest.mark.parametrize(
    "path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_files_and_functions_can_be_read(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            doc = ast.get_docstring(node, clean=False) or ""
            code = node.end_lineno - node.lineno + 1 - len(doc.splitlines())
            assert code <= 60, (
                f"{path.name}: {node.name} has {code} lines without its docstring"
            )
