"""What makes a built site a release: a strict policy, hashes of its scripts, and what offline reading needs.

`mkdocs build` writes the pages; this runs after it and puts into every page

- a Content-Security-Policy: no script but the site's files and the theme's own inline scripts, by hash;
  no other host;
- the hash of each script that the page loads (subresource integrity);
- the name of the release, from the content of the whole site;
- one stylesheet for the four that a page is built with (`styles.py`);

and beside them `offline.json` (each file, its size and hash), `service-worker.js`, and `_headers`: the same
policy and the isolation of pages as headers, in the form that Netlify, Cloudflare Pages and others read.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

from .common import BuildError, file_at, say, sha256
from .styles import joined

LIST, WORKER, HEADERS = "offline.json", "service-worker.js", "_headers"
NOT_KEPT = re.compile(
    rf".*\.(map|gz)|objects\.inv|{LIST}|{WORKER}|{HEADERS}"
    r"|assets/book/service-worker\.js|assets/javascripts/lunr/.*"  # lunr: other languages
)
# The inline scripts of Material for MkDocs. Any other stops the release: it would have to be looked at first.
THEME = (
    "__md_scope=new URL(",
    'var palette=__md_get("__palette")',
    'var tabs=__md_get("__tabs")',
    "var target=document.getElementById(location.hash.slice(1))",
    'var el=document.querySelector("[data-md-component=announce]")',
)
DATA = {"application/json", "application/ld+json"}
CHARSET = '<meta charset="utf-8">'
OURS = re.compile(r'<meta (?:http-equiv="Content-Security-Policy"|name="book-release")[^>]*>')
SCRIPT = re.compile(r'<script\b(?=[^>]*\ssrc="([^"]+)")[^>]*>')
INTEGRITY = re.compile(r'( defer)? integrity="[^"]*"')


class Scripts(HTMLParser):
    """The inline scripts of a page, and what a strict policy would break."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.inline: list[str] = []
        self.refused: list[str] = []
        self.within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.within = tag == "script" and "src" not in given and given.get("type") not in DATA
        if self.within:
            self.inline.append("")
        handlers = [name for name in given if name.startswith("on")]
        addresses = [v for v in given.values() if v.strip().lower().startswith("javascript:")]
        self.refused += [f"<{tag}> {what}" for what in handlers + addresses]

    def handle_data(self, data: str) -> None:
        if self.within:
            self.inline[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if self.within and tag == "script":
            self.within = False
            if not self.inline[-1].strip().startswith(THEME):
                self.refused.append(f"<script> {self.inline[-1].strip()[:60]}")


def integrity(content: bytes) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()


def policy(scripts: set[str]) -> str:
    """The same on every page, so that pages which change without a reload keep it."""
    hashes = " ".join(f"'{value}'" for value in sorted(scripts))
    return "; ".join(
        [
            "default-src 'self'",  # by which Firefox prefetches what <link rel="next"> names
            "object-src 'none'",
            "frame-src 'none'",
            f"script-src 'self' 'wasm-unsafe-eval' {hashes}".strip(),
            "worker-src 'self'",
            "connect-src 'self'",
            # KaTeX sets formulas by style attributes, drawings and explorables have some too, and
            # CodeMirror and notebook pages bring their styles as elements.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
        ]
    )


def release(site: Path) -> str:
    """Seal the built site; returns the name of the release. A second time changes nothing."""
    worker = site / "assets/book" / WORKER
    if not (site / "index.html").exists() or not worker.exists():
        raise BuildError("There is no built site: run `python -m nox -s build`.")
    pages = joined(site, {path: unsealed(path) for path in sorted(site.rglob("*.html"))})
    rules = policy(inline_scripts(site, pages))
    name = name_of(site, pages)
    marks = f'<meta http-equiv="Content-Security-Policy" content="{rules}">'
    marks += f'<meta name="book-release" content="{name}">'
    for path, text in pages.items():
        if CHARSET not in text:
            raise BuildError(f"{path.relative_to(site)} has no place for the policy.")
        text = SCRIPT.sub(lambda tag, path=path: with_integrity(site, path, tag), text)
        write(path, text.replace(CHARSET, CHARSET + marks, 1))
    script = worker.read_text(encoding="utf-8")
    write(site / WORKER, f"globalThis.BOOK_RELEASE={json.dumps(name)};\n{script}")
    write(site / HEADERS, headers(rules))
    write(site / LIST, json.dumps({"release": name, "files": listed(site)}))
    say(f"Release {name}: {len(pages)} pages sealed.")
    return name


def unsealed(path: Path) -> str:
    text = OURS.sub("", path.read_bytes().decode("utf-8"))
    return SCRIPT.sub(lambda tag: INTEGRITY.sub("", tag[0]), text)


def inline_scripts(site: Path, pages: dict[Path, str]) -> set[str]:
    found: set[str] = set()
    refused: list[str] = []
    for path, text in pages.items():
        reader = Scripts()
        reader.feed(text)
        found |= {integrity(script.encode()) for script in reader.inline}
        refused += [f"{path.relative_to(site)}: {what}" for what in reader.refused]
    if refused:
        listing = "\n".join(refused)
        raise BuildError(
            f"A strict policy would not run these; move them to a file:\n{listing}"
        )
    return found


def name_of(site: Path, pages: dict[Path, str]) -> str:
    total = hashlib.sha256()
    for path in kept(site):
        content = pages[path].encode() if path in pages else path.read_bytes()
        total.update(f"{path.relative_to(site).as_posix()}\0".encode())
        total.update(hashlib.sha256(content).digest())
    total.update((site / "assets/book" / WORKER).read_bytes())
    return total.hexdigest()[:16]


def with_integrity(site: Path, page: Path, tag: re.Match[str]) -> str:
    here = page.relative_to(site).as_posix()
    target = file_at(site, page, tag[1])
    if not target.is_file():
        raise BuildError(f"{here} loads {tag[1]}, which is no file of the site.")
    # The theme's program waits for the page in any case; deferred, it does not hold up the first drawing.
    wait = "" if re.search(r'\s(?:defer|type="module")', tag[0]) else " defer"
    return f'{tag[0][:-1]}{wait} integrity="{integrity(target.read_bytes())}">'


def kept(site: Path) -> list[Path]:
    paths = sorted(path for path in site.rglob("*") if path.is_file())
    return [path for path in paths if not NOT_KEPT.fullmatch(path.relative_to(site).as_posix())]


def listed(site: Path) -> list[dict[str, str | int]]:
    """Each file by the address that a page has it by."""
    return [
        {
            "path": re.sub(
                r"(^|/)index\.html$", r"\1", quote(path.relative_to(site).as_posix())
            ),
            "size": path.stat().st_size,
            "sha256": sha256(path),
        }
        for path in kept(site)
    ]


def headers(rules: str) -> str:
    lines = [
        f"Content-Security-Policy: {rules}; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy: same-origin",
        "Cross-Origin-Embedder-Policy: require-corp",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: same-origin",
    ]
    return "".join(["/*\n", *(f"  {line}\n" for line in lines)])


def write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
