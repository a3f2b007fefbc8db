"""Finds numbers in prose that claim a result and do not say where they come from.

A result is something that was measured: an accuracy, an error, a time, a count of mistakes, "four times as fast". It must be
read from a result file, `{{ lenet_mnist.test_error }}`, or stand in a sentence that cites its source,
`[LeCun 1998](#lecun1998)`, or point at the cell that shows it, `[the cell above](#first-update)`. Definitions, shapes and years are
no results, and neither is arithmetic, which is written as a formula: `$48$ times as much`.
"""

import re
from collections.abc import Iterator

CODE_SECTIONS = ("starter", "tests", "hidden", "solution", "wrong")
NUMBER = r"(?<![\w.])\d+(?:[.,]\d+)*"
MEASURE = r"accura\w+|errors?|loss(?:es)?|precision|recall|F1|AUC|BLEU|perplexity|FID|mistakes?|corrections?|updates?"
CLAIMS = [
    rf"{NUMBER}\s?(?:%|per ?cent|percentage points?)",
    r"±\s?\d|\d\s?±",
    rf"{NUMBER}\s?(?:times|fold|×)\s(?:as|faster|slower|more|fewer|less|larger|smaller|better|worse|cheaper|longer)",
    rf"\b(?:takes?|took|needs?|needed|after|in|within|about|for)\s(?:only\s|about\s|some\s)?{NUMBER}\s?(?:ms|s|seconds?|minutes?|hours?)\b",
    rf"\b(?:{MEASURE})\b[^.;:]{{0,40}}?\s(?:of|is|was|are|were|to|at|from|below|above|near|about|than|reache[sd]|falls?|fell)\s{NUMBER}(?!\s?[x×]\s?\d)",
    rf"{NUMBER}\s(?:{MEASURE}|misclassified|wrong|right)\b",
]
CLAIM = re.compile("|".join(f"(?:{claim})" for claim in CLAIMS), re.IGNORECASE)
REFERENCE = re.compile(r"\{\{.*?\}\}", re.S)
CITATION = re.compile(r"\]\((?:#|https?://)[^)]*\)")
SENTENCE = re.compile(r"(?<=[.!?])[\"')*]*\s+(?=[\"'(*\[]*[A-Z$`\\])")


def unsourced(markdown: str) -> list[str]:
    """Return the sentences of a page that claim a result without a source.

    >>> unsourced("It reaches 98.2 % on the test set. So there.")
    ['It reaches 98.2 % on the test set.']
    >>> unsourced("It reaches {{ lenet.accuracy }}. The paper has 0.95 % ([LeCun 1998](#lecun1998)).")
    []
    """
    found = []
    for paragraph in paragraphs(markdown):
        for sentence in SENTENCE.split(paragraph):
            claims = CLAIM.search(visible(sentence))
            if claims and not REFERENCE.search(sentence) and not CITATION.search(sentence):
                found.append(sentence.strip())
    return found


def paragraphs(markdown: str) -> Iterator[str]:
    """The prose of a page: code, tables of shapes, formulas and markup are left out; captions and hints are kept."""
    text = re.sub(r"\A---\n.*?\n---\n", "", markdown, flags=re.S)
    text = "\n".join(prose_lines(text.splitlines()))
    text = re.sub(r"<!--.*?-->|<(script|style|svg|table)\b.*?</\1>", "", text, flags=re.S)
    text = re.sub(r"\$\$.*?\$\$", " ", text, flags=re.S)
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.)\s)|\n(?=#)|\n(?=\s*[|!])", text):
        if block.strip():
            yield " ".join(block.split())


def prose_lines(lines: list[str]) -> Iterator[str]:
    """Lines outside code; of an exercise the prompt, the hints and the remarks."""
    fence, code = "", False
    for line in lines:
        mark = re.match(r"\s*(`{3,}|~{3,})\s*([\w-]*)", line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2]:
                fence = ""
                yield ""
            elif section := re.match(r"--- *(\w+)", line.strip()):
                code = section[1] in CODE_SECTIONS
                yield ""
            elif not code:
                yield line
        elif mark:
            fence, code = mark[1], mark[2] not in ("exercise", "quiz", "figure")
            yield ""
        else:
            yield line


def visible(sentence: str) -> str:
    """A sentence as it is read: without addresses, inline code, formulas and tags."""
    text = re.sub(r"`[^`]*`(\{[^}]*\})?|\\\$", " ", sentence)
    text = re.sub(r"\$[^$]*\$", " ", text)
    text = re.sub(r"\]\([^)]*\)|<[^>]*>|\{[:#.][^}]*\}", " ", text)
    return text.replace("**", "").replace("\u00a0", " ").replace("\u202f", " ")
