"""The theme searches in a worker of ours, which has the book's text fetched and indexed at the first letter.

See `widgets/src/search/worker.ts`. The theme itself would do both at every visit.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

ENGINE = re.compile(r"assets/javascripts/workers/search\.[0-9a-f]+\.min\.js")
OURS = "assets/book/search.js"
INDEX, DOCUMENTS = "search/search_index.json", "search/documents.json"


def put_ours(html: str) -> str:
    """Name our worker in the page's settings, where the theme has named its own."""
    html, found = ENGINE.subn(OURS, html)
    if found != 1:
        raise PluginError(f"A page names the theme's search worker {found} times, not once.")
    return html


def on_post_page(output: str, **_: object) -> str:
    return put_ours(output)


def on_post_template(output_content: str, template_name: str, **_: object) -> str:
    return put_ours(output_content) if template_name.endswith(".html") else output_content


def on_post_build(config: MkDocsConfig) -> None:
    """Leave in the index only how to search; what is searched stands beside it."""
    site = Path(config.site_dir)
    (engine,) = site.glob("assets/javascripts/workers/search.*.min.js")
    index = json.loads((site / INDEX).read_text(encoding="utf-8"))
    documents = json.dumps(index["docs"], ensure_ascii=False, separators=(",", ":"))
    (site / DOCUMENTS).write_text(documents, encoding="utf-8")
    index["docs"] = []
    index["config"] |= {"engine": engine.relative_to(site).as_posix(), "documents": DOCUMENTS}
    (site / INDEX).write_text(json.dumps(index), encoding="utf-8")
