"""Code as HTML: the book's colours for words that mean something in comments, none for most of the rest, and how
many lines there are."""

from __future__ import annotations

import html
import re
import textwrap

from markdown.postprocessors import Postprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

COMMENT = re.compile(r'(<span class="c1">)(.*?)(</span>)')
CODE = re.compile(r"(<pre><span></span><code)(>)(.*?)(?=</code>)", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
# Spaces, names, operators, numbers: in this book they have the colour of the code around them (styles/tokens.css). A
# long chapter has seven thousand coloured words without this, and half of them with it.
INK = ("name", "operator", "number", "function", "variable")  # as the theme calls the colours
IN_INK = re.compile(r'<span class="(?:w|n|o|m[bfhio]?|il|nn|ne|na|nv|v[cgi])">([^<]*)</span>')
MEANING = re.compile(r"\b(data|weight|activation|gradient|target)(s?)\b", re.IGNORECASE)


def code_html(code: str) -> str:
    """Python as HTML by Pygments."""
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    formatter = HtmlFormatter(cssclass="highlight", wrapcode=True)
    return highlight(textwrap.dedent(code).strip("\n"), lexer, formatter).strip()


class CommentColours(Postprocessor):
    """Gives the words data, weights, activations, gradients and targets their colour in comments."""

    def run(self, text: str) -> str:
        return COMMENT.sub(self.colour, text)

    def colour(self, match: re.Match[str]) -> str:
        said = MEANING.sub(
            lambda word: f'<span class="{word[1].lower()}">{word[0]}</span>', match[2]
        )
        return match[1] + said + match[3]


class CodeLines(Postprocessor):
    """Says how many lines a piece of code has, and characters its longest: its height is then known before it is drawn
    (styles/code.css), and whether it will scroll (elements/wide-code.ts). Marks no word that has no colour."""

    def run(self, text: str) -> str:
        return CODE.sub(self.counted, text)

    def counted(self, match: re.Match[str]) -> str:
        lines = html.unescape(TAG.sub("", match[3])).strip("\n").split("\n")
        size = f"--lines: {len(lines)}; --longest: {max(map(len, lines))}"
        return f'{match[1]} style="{size}"{match[2]}' + IN_INK.sub(r"\1", match[3])
