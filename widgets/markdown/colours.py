"""Code as HTML, with the book's colours for words that mean something in its comments."""

from __future__ import annotations

import re
import textwrap

from markdown.postprocessors import Postprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

COMMENT = re.compile(r'(<span class="c1">)(.*?)(</span>)')
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
