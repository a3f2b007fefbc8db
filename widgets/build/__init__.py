"""Builds what the pages need besides Markdown: the front end, and the browser's Python."""
