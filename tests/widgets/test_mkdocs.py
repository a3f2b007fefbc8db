"""A small site, built by MkDocs: problems name the page and its line, and --strict fails on them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def build(folder, text):
    (folder / "docs").mkdir(exist_ok=True)
    (folder / "docs/index.md").write_text(text)
    extensions = "[attr_list, md_in_html, pymdownx.superfences, widgets.markdown]"
    (folder / "mkdocs.yml").write_text(
        f"site_name: Test\nvalidation: {{anchors: warn}}\nmarkdown_extensions: {extensions}\n"
    )
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(folder / "mkdocs.yml")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


def test_strict_fails_and_names_page_and_line(tmp_path):
    done = build(
        tmp_path, "---\ntitle: A\n---\n# A\n\nText\n\n```live\nx\n```\n\nand {{ no.such }}\n"
    )
    assert done.returncode
    assert "docs/index.md:8: live needs an id" in done.stderr
    assert "docs/index.md:12: there is no result no" in done.stderr


def test_links_to_our_anchors_are_known(tmp_path):
    done = build(tmp_path, "# A\n\n$$\nx \\tag{1}\n$$\n\nSee [](#eq-1) and [no](#nowhere).\n")
    assert "#eq-1" not in done.stderr
    assert "'#nowhere', but there is no such anchor" in done.stderr
