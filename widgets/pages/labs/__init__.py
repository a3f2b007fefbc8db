"""How a lab becomes a page: the HTML of a chapter, in place of JupyterLab's.

The templates of mkdocs-jupyter bring the whole style of JupyterLab, one megabyte for each page, and look for
scripts on other hosts. Those in this folder write text, code and outputs as chapters have them. Listed among the
Markdown extensions of mkdocs.yml, this module puts them in the plugin's place.
"""

from pathlib import Path
from typing import Any

from markdown import Extension
from mkdocs_jupyter.config import settings


class LabTemplates(Extension):
    """Changes nothing in Markdown; being loaded is all it is for."""

    def extendMarkdown(self, md: Any) -> None:
        settings.templates_dir = str(Path(__file__).parent)


def makeExtension(**options: Any) -> LabTemplates:
    return LabTemplates(**options)
