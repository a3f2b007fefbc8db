"""The glossary: in order, its code names real, and each term introduced in the place that it leads to."""

import importlib
import re

import pytest

from widgets.markdown.chapters import Section, read

from .site import DOCS

ENTRY = re.compile(r"^(?P<term>[A-Z][^\n]*)\n:   (?P<text>[^\n]+)$", re.M)
LINK = re.compile(r"\[(?P<title>[^\]]+)\]\((?P<file>[\w/-]+\.md)#(?P<anchor>[\w-]+)\)")


def entries() -> dict[str, str]:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    return {found["term"]: found["text"] for found in ENTRY.finditer(text)}


def introduced(term: str, section: Section) -> bool:
    """Whether a section is about the term or marks it as new, in bold or italics, in one of its forms."""
    marked = [section.title] + re.findall(r"\*+([^*\n]+)\*+", "\n".join(section.lines))
    plain = term.lower().replace(" ", "").replace("-", "")
    words = [re.sub(r"[\s{}\\-]", "", mark.lower()) for mark in marked]
    return any(word in (plain, f"{plain}s") for word in words)


def test_it_is_in_alphabetical_order():
    terms = list(entries())
    assert len(terms) > 40
    assert terms == sorted(terms, key=str.lower)


@pytest.mark.parametrize("term", entries())
def test_a_term_leads_to_where_it_is_introduced(term):
    link = LINK.search(entries()[term])
    assert link, "no link to a place in a chapter"
    chapter = read(link["file"])
    assert chapter.title == link["title"]
    section = next((one for one in chapter.sections if one.anchor == link["anchor"]), None)
    assert section, f"{link['file']} has no section #{link['anchor']}"
    assert introduced(term, section), f"{term} is not marked in {link[0]}"


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"`(book_code\.[\w.]+)`", "\n".join(entries().values()))))
)
def test_a_name_in_code_is_real(name):
    module, _, attribute = name.rpartition(".")
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        assert hasattr(importlib.import_module(module), attribute), name


def test_a_term_that_is_not_introduced_is_found():
    section = Section(2, "One", "", ["A *unit* and its **weights**."])
    assert introduced("Weight", section)
    assert not introduced("Neuron", section)
