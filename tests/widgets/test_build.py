import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from widgets.build import common, node
from widgets.build.common import BOOK, ROOT, WIDGETS, BuildError, Stamp, digest
from widgets.build.distribution import closure
from widgets.build.licences import RULE, licences, npm_licences


def test_a_stamp_knows_what_a_step_was_made_from(tmp_path, monkeypatch):
    monkeypatch.setattr(common, "STAMPS", tmp_path / "stamps")
    output = tmp_path / "out"
    stamp = Stamp("step", "source", [output])
    assert not stamp.fresh()
    stamp.write()
    assert not stamp.fresh()  # the output is missing
    output.touch()
    assert stamp.fresh()
    assert not Stamp("step", "another source", [output]).fresh()
    stamp.remove()
    assert not stamp.fresh()


def test_a_digest_is_of_names_and_contents(tmp_path, monkeypatch):
    monkeypatch.setattr(common, "ROOT", tmp_path)
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("a")
    assert digest([one]) != digest([two])
    assert digest([one, two]) == digest([two, one])
    assert digest([one]) != digest([one], "more")


def test_closure_follows_what_depends_on_what():
    packages = {
        "a": {"depends": ["b", "pytz"]},
        "b": {"depends": ["a", "c"]},
        "c": {"depends": []},
        "d": {"depends": []},
    }
    found = closure(packages, ["a"])
    assert list(found) == ["a", "b", "c"]
    assert found["a"]["depends"] == ["b"]


def test_a_second_build_does_nothing():
    command = [sys.executable, "-m", "widgets.build"]
    for _ in range(2):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    *steps, _ = done.stdout.splitlines()
    assert len(steps) >= 4
    assert all(step.endswith("up to date.") for step in steps)


def test_a_script_that_fails_says_what_it_was_for(tmp_path):
    script = tmp_path / "fails.mjs"
    script.write_text("throw new Error('because')")
    with pytest.raises(BuildError, match=r"Trying failed(.|\n)*because"):
        node.run_node([str(script)], "Trying")


def test_versions_are_exact_and_no_registry_is_named():
    package = json.loads((WIDGETS / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    lock = json.loads((WIDGETS / "package-lock.json").read_text())
    assert not any("resolved" in entry for entry in lock["packages"].values())


def test_what_others_wrote_is_shipped_with_its_licence():
    shipped = (BOOK / "licences.txt").read_text("utf-8")
    assert shipped == licences()
    whole = {each.split(maxsplit=1)[0]: each for each in shipped.split(RULE)}
    package = json.loads((WIDGETS / "package.json").read_text())
    assert {*package["dependencies"], "mkdocs-material"} <= whole.keys()
    assert not package["devDependencies"].keys() & whole.keys()
    without = [name for name, text in whole.items() if "copyright" not in text.lower()]
    assert without == ["pyodide"]  # which says by a link where to find it
    assert "https://" in whole["pyodide"]


def test_a_package_without_a_licence_is_not_shipped(tmp_path):
    (tmp_path / "one").mkdir()
    package = {"name": "one", "version": "1.0.0", "license": "unknown"}
    (tmp_path / "one/package.json").write_text(json.dumps(package))
    lock = {"packages": {"": {}, "one": {}, "two": {"dev": True}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    with pytest.raises(BuildError, match="one comes without a licence"):
        list(npm_licences(tmp_path))


def test_the_bundle_names_no_other_host():
    """Addresses that are only names (XML namespaces) and links in licence notes are none."""
    harmless = re.compile(
        r"https?://(www\.w3\.org/|[\w./-]*(github|codemirror|mths|katex|feross)\b)"
    )
    for path in [*BOOK.glob("*.js"), *BOOK.glob("*.css")]:
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(r"https?://[\w.-]+[\w./-]*", text):
            assert harmless.match(found[0]), f"{path.name}: {found[0]}"


def test_every_element_has_its_own_chunk():
    folders = [path.parent.name for path in (WIDGETS / "src/elements").glob("*/index.ts")]
    entry = (BOOK / "book.js").read_text(encoding="utf-8")
    assert folders
    assert all(f"/elements/{name}/index.ts" in entry for name in folders)
    assert (BOOK / "book.js").stat().st_size < 20_000


def test_paths_are_in_the_repository():
    assert Path(common.cache_folder()).is_absolute()
    assert (ROOT / "pyproject.toml").exists()
