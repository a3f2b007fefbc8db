"""Runs inside Pyodide: rewrites archives of Python sources as archives of compiled modules.

Starting Python is mostly compiling its standard library and NumPy; this does it once, at build time.
The files are "unchecked hash-based": no time stamp and no source is looked at when they are loaded.
"""

import importlib.util
import re
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc as pyc_of

# What no cell imports or draws with: tests, stubs, C headers, samples, servers, fonts of printers.
LEFT_OUT = re.compile(
    r"/tests/|\.pyi$|/include/|\.(?:h|pxd|pyx|c|a)$|/sample_data/|/web_backend/"
    r"|/numpy/f2py/"
    r"|/fonts/(?:afm|pdfcorefonts)/|/DejaVuSerif|/DejaVuSansMono-"
)


def compile_archive(source, target, place):
    """Copy an archive, every module compiled as if it stood in the folder `place`."""
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for info in old.infolist():
            if info.is_dir() or LEFT_OUT.search("/" + info.filename):
                continue
            name, content = info.filename, old.read(info)
            if name.endswith(".py"):
                name, content = name + "c", compiled(content, f"{place}/{name}")
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def compiled(source, filename):
    code = compile(source, filename, "exec", dont_inherit=True, optimize=0)
    return pyc_of(code, importlib.util.source_hash(source), False)
