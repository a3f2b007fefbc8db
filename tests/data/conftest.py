"""The tests on the published files are collected where the files are; nothing else depends on them."""

from book_code.data import fetch, mnist

collect_ignore = []
if not all(fetch.available(file) for file in mnist.FILES.values()):
    collect_ignore.append("test_published_files.py")
