"""Whatever the source does, only files that the lock file knows come through."""

import hashlib
import http.server
import threading
import zipfile

import pytest

from widgets.build import gather
from widgets.build.common import BuildError

CONTENT = b"a wheel" * 20_000
PACKAGE = {
    "file_name": "thing-1.0-py3-none-any.whl",
    "sha256": hashlib.sha256(CONTENT).hexdigest(),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        body = self.server.files.get(self.path.lstrip("/"))
        if body is None:
            self.send_error(404)
            return
        start, end = 0, len(body) - 1
        if wanted := self.headers.get("Range"):
            first, last = wanted.removeprefix("bytes=").split("-")
            start = int(first) if first else len(body) - int(last)
            end = int(last) if first and last else end
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end}/{len(body)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        self.wfile.write(body[start : end + 1][: self.server.cut])

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.files, running.asked, running.cut = {}, [], None
        running.address = f"http://127.0.0.1:{running.server_port}/"
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def sources(server, tmp_path, monkeypatch):
    monkeypatch.setenv("BOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(gather.Release, "address", server.address)
    monkeypatch.setattr(gather.Archive, "address", lambda self: f"{server.address}archive.whl")


def archive(tmp_path, name=gather.ARCHIVE_FOLDER + PACKAGE["file_name"], content=CONTENT):
    path = tmp_path / "archive.whl"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(name, content)
        made.writestr("other", b"x" * 300_000)
    return path.read_bytes()


def cached(tmp_path):
    return sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())


def test_from_the_release(server, tmp_path):
    server.files[PACKAGE["file_name"]] = CONTENT
    gather.gather([PACKAGE], tmp_path / "out")
    assert (tmp_path / "out" / PACKAGE["file_name"]).read_bytes() == CONTENT
    assert cached(tmp_path) == [PACKAGE["file_name"]]


def test_what_was_fetched_once_is_kept(server, tmp_path):
    server.files[PACKAGE["file_name"]] = CONTENT
    gather.gather([PACKAGE], tmp_path / "out")
    server.asked.clear()
    gather.gather([PACKAGE], tmp_path / "again")
    assert server.asked == []


def test_out_of_the_archive_when_there_is_no_release(server, tmp_path):
    server.files["archive.whl"] = archive(tmp_path)
    gather.gather([PACKAGE], tmp_path / "out")
    assert (tmp_path / "out" / PACKAGE["file_name"]).read_bytes() == CONTENT


@pytest.mark.parametrize("source", ["release", "archive"])
def test_a_wrong_hash_stops_the_build_and_leaves_nothing(server, tmp_path, source):
    if source == "release":
        server.files[PACKAGE["file_name"]] = b"another wheel"
    else:
        server.files["archive.whl"] = archive(tmp_path, content=b"another wheel")
    with pytest.raises(BuildError, match="is not what Pyodide's lock file states"):
        gather.gather([PACKAGE], tmp_path / "out")
    assert cached(tmp_path) == []
    assert not any((tmp_path / "out").iterdir())


def test_a_transfer_that_breaks_off_is_no_source(server, tmp_path):
    server.files[PACKAGE["file_name"]] = CONTENT
    server.cut = 1000
    with pytest.raises(BuildError, match="broke off") as error:
        gather.gather([PACKAGE], tmp_path / "out")
    assert "put the files into" in str(error.value)
    assert cached(tmp_path) == []


def test_no_source_says_what_to_do(tmp_path, monkeypatch):
    def unavailable(self):
        raise gather.Unavailable("no network")

    monkeypatch.setattr(gather.Release, "address", "http://127.0.0.1:9/")
    monkeypatch.setattr(gather.Archive, "address", unavailable)
    with pytest.raises(BuildError, match="Connect to the internet once") as error:
        gather.gather([PACKAGE], tmp_path / "out")
    assert PACKAGE["file_name"] in str(error.value)
    assert "no network" in str(error.value)


def test_an_archive_without_the_file_is_no_source(server, tmp_path):
    server.files["archive.whl"] = archive(tmp_path, name="elsewhere.whl")
    with pytest.raises(BuildError, match="it does not hold thing"):
        gather.gather([PACKAGE], tmp_path / "out")


def test_a_damaged_file_in_the_cache_is_fetched_again(server, tmp_path):
    server.files[PACKAGE["file_name"]] = CONTENT
    gather.gather([PACKAGE], tmp_path / "out")
    (kept,) = (tmp_path / "cache").rglob("*.whl")
    kept.write_bytes(CONTENT[:-1])
    gather.gather([PACKAGE], tmp_path / "out")
    assert kept.read_bytes() == CONTENT
