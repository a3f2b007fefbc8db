"""Own folder, cache, network: what is found, what is verified, and what the reader is told.

A server on this machine stands for the addresses; it can break off, send something else, or not be there.
"""

import hashlib
import http.server
import sys
import threading
from pathlib import Path

import pytest

from book_code.data import DataError, fashion_mnist, fetch, mnist
from book_code.data.fetch import RemoteFile, available, locate

pytestmark = pytest.mark.native

CONTENT = bytes(range(256)) * 40


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path == "/missing":
            self.send_error(404)
            return
        body = {"/other": b"x" * len(CONTENT)}.get(self.path, CONTENT)
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(body[:1000] if self.path == "/short" else body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.delenv("BOOK_CODE_DATA", raising=False)
    monkeypatch.setattr(fetch, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache" / "set"


@pytest.fixture
def own(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "own"
    (folder / "set").mkdir(parents=True)
    monkeypatch.setenv("BOOK_CODE_DATA", str(folder))
    return folder / "set"


def file(*addresses: str) -> RemoteFile:
    return RemoteFile(
        "set", "a.gz", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), addresses
    )


def at(server, *paths: str) -> RemoteFile:
    return file(*(f"http://127.0.0.1:{server.server_port}/{path}" for path in paths))


def test_a_file_is_fetched_once(server, cache):
    assert not available(at(server, "good"))
    assert locate(at(server, "good")) == cache / "a.gz"
    assert locate(at(server, "good")).read_bytes() == CONTENT
    assert server.asked == ["/good"]
    assert available(at(server, "good"))


def test_the_next_address_is_tried(server, cache):
    path = locate(at(server, "missing", "other", "short", "good"))
    assert path.read_bytes() == CONTENT
    assert server.asked == ["/missing", "/other", "/short", "/good"]
    assert [p.name for p in cache.iterdir()] == ["a.gz"]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("missing", "404"),
        ("other", "sent something else than the published file"),
        ("short", "broke off before the file was whole"),
    ],
)
def test_nothing_is_kept_of_a_bad_download(server, cache, address, reason):
    with pytest.raises(DataError, match=reason) as caught:
        locate(at(server, address))
    assert "cannot fetch a.gz of set" in str(caught.value)
    assert "put the file at <folder>/set/a.gz and set BOOK_CODE_DATA=<folder>" in str(
        caught.value
    )
    assert not list(cache.iterdir())


def test_no_connection_is_said_in_words(server):
    unused = at(server, "good")
    server.shutdown()
    server.server_close()
    with pytest.raises(DataError, match="no connection"):
        locate(unused)


@pytest.mark.parametrize(
    ("content", "said"),
    [(CONTENT[:100], "cut off: 100 of 10,240 bytes"), (b"x" * 10_240, "damaged")],
)
def test_a_bad_file_in_the_cache_is_deleted_and_explained(server, cache, content, said):
    cache.mkdir(parents=True)
    (cache / "a.gz").write_bytes(content)
    assert not available(at(server, "good"))
    with pytest.warns(UserWarning, match=f"{said}.*; deleted, fetching it again"):
        path = locate(at(server, "good"))
    assert path.read_bytes() == CONTENT


def test_a_bad_file_in_the_cache_is_never_used_even_without_a_connection(server, cache):
    cache.mkdir(parents=True)
    (cache / "a.gz").write_bytes(CONTENT[:100])
    with (
        pytest.warns(UserWarning, match="deleted"),
        pytest.raises(DataError, match="cannot fetch"),
    ):
        locate(at(server, "missing"))
    assert not (cache / "a.gz").exists()


def test_the_readers_own_folder_comes_first(server, own):
    (own / "a.gz").write_bytes(CONTENT)
    assert locate(at(server, "good")) == own / "a.gz"
    assert available(at(server, "good"))
    assert server.asked == []


@pytest.mark.parametrize(
    ("content", "said"), [(CONTENT[:100], "cut off: 100 of 10,240"), (b"x" * 10_240, "damaged")]
)
def test_a_bad_file_of_the_reader_is_named_and_left(server, own, content, said):
    (own / "a.gz").write_bytes(content)
    with pytest.raises(DataError, match=said) as caught:
        locate(at(server, "good"))
    assert str(own / "a.gz") in str(caught.value)
    assert "unset BOOK_CODE_DATA" in str(caught.value)
    assert (own / "a.gz").read_bytes() == content
    assert server.asked == []


def test_what_the_own_folder_lacks_is_fetched(server, own, cache):
    assert locate(at(server, "good")) == cache / "a.gz"


def test_what_nobody_has_is_said_with_both_places(server, own):
    with pytest.raises(DataError) as caught:
        locate(at(server, "missing"))
    assert f"It is not in {own} either" in str(caught.value)


def test_a_folder_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("BOOK_CODE_DATA", "/no/such/folder")
    with pytest.raises(
        DataError, match="BOOK_CODE_DATA names '/no/such/folder', and there is no"
    ):
        locate(file())


@pytest.mark.parametrize(
    ("platform", "advice"),
    [("linux", r'pip install "book-code\[data\]"'), ("emscripten", "in the browser only")],
)
def test_without_pooch_the_advice_fits_the_place(monkeypatch, platform, advice):
    monkeypatch.undo()  # the real cache folder, which pooch knows
    monkeypatch.delenv("BOOK_CODE_DATA", raising=False)
    monkeypatch.setitem(sys.modules, "pooch", None)
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(DataError, match=advice):
        locate(file("http://127.0.0.1/a.gz"))


@pytest.mark.parametrize("module", [mnist, fashion_mnist])
def test_the_lists_of_published_files_are_whole(module):
    assert len(module.FILES) == 4
    for name, entry in module.FILES.items():
        assert entry.name == name
        assert len(entry.sha256) == 64
        assert entry.addresses == tuple(mirror + name for mirror in module.MIRRORS)
