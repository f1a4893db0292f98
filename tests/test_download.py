"""Fetching: whole or nothing under the name, resumed, checked, no more than it should be."""

import hashlib
import io
from dataclasses import dataclass, replace
from http.client import IncompleteRead
from urllib.error import HTTPError, URLError

import pytest
from madeleine import download
from madeleine.errors import ToolError

DATA = bytes(range(250)) * 1000


@dataclass(frozen=True)
class Row:
    name: str = "thing"
    address: str = "https://example.org/thing.bin"
    size_bytes: int = len(DATA)
    sha256: str = hashlib.sha256(DATA).hexdigest()


class Response(io.BytesIO):
    def __init__(self, data, status):
        super().__init__(data)
        self.status = status


class Server:
    """The network: has `data`, breaks off after `breaks` bytes of an answer, knows ranges or not."""

    def __init__(self, data=DATA, breaks=None, ranges=True):
        self.data, self.breaks, self.ranges, self.asked = data, breaks, ranges, []

    def open(self, request, timeout):
        start = int(request.get_header("Range", "bytes=0-")[6:-1])
        self.asked.append(start)
        if start > len(self.data):
            raise HTTPError(request.full_url, 416, "Range Not Satisfiable", {}, None)
        partial = start and self.ranges
        response = Response(self.data[start:] if partial else self.data, 206 if partial else 200)
        if self.breaks is not None:
            self._break(response)
        return response

    def _break(self, response):
        whole, left = response.read, [self.breaks]

        def read(size):
            if left[0] <= 0:
                raise ConnectionResetError("reset by peer")
            data = whole(min(size, left[0]))
            left[0] -= len(data)
            return data

        response.read = read


@pytest.fixture
def served(monkeypatch):
    def serve(server):
        monkeypatch.setattr(download, "urlopen", server.open)
        return server

    return serve


def test_fetching(served, tmp_path):
    server = served(Server())
    target = tmp_path / "new" / "thing.bin"
    assert download.fetch(Row(), target) == target
    assert target.read_bytes() == DATA and list(target.parent.iterdir()) == [target]
    download.fetch(Row(), target)
    assert server.asked == [0]  # what is here and whole is not asked for


def test_a_damaged_file_is_fetched_again(served, tmp_path):
    served(Server())
    target = tmp_path / "thing.bin"
    target.write_bytes(DATA[:-1] + b"?")
    assert download.fetch(Row(), target).read_bytes() == DATA


@pytest.mark.parametrize("ranges", [True, False])
def test_going_on_where_it_stopped(served, tmp_path, ranges):
    target = tmp_path / "thing.bin"
    served(Server(breaks=100_000))
    with pytest.raises(ToolError, match=r"thing cannot be fetched \(reset by peer\); try again, it goes on"):
        download.fetch(Row(), target)
    assert not target.exists()
    server = served(Server(ranges=ranges))
    assert download.fetch(Row(), target).read_bytes() == DATA
    assert server.asked == [100_000] and list(tmp_path.iterdir()) == [target]


def test_a_part_of_something_else_is_not_gone_on_with(served, tmp_path):
    served(Server(breaks=100_000))
    with pytest.raises(ToolError):
        download.fetch(Row(), tmp_path / "thing.bin")
    other = DATA[::-1]
    row = replace(Row(), sha256=hashlib.sha256(other).hexdigest())
    server = served(Server(other))
    assert download.fetch(row, tmp_path / "thing.bin").read_bytes() == other and server.asked == [0]


def test_a_damaged_part_is_removed(served, tmp_path):
    served(Server(b"?" * 100_000, breaks=100_000))
    with pytest.raises(ToolError):
        download.fetch(Row(), tmp_path / "thing.bin")
    served(Server())
    with pytest.raises(ToolError, match="its sha256 differs"):
        download.fetch(Row(), tmp_path / "thing.bin")
    assert download.fetch(Row(), tmp_path / "thing.bin").read_bytes() == DATA


@pytest.mark.parametrize(
    ("data", "words"),
    [(DATA[:-1], "has 249999 bytes, thing 250000"), (DATA * 3, "has 250001 bytes"), (b"?" + DATA[1:], "sha256")],
)
def test_other_bytes_are_refused(served, tmp_path, data, words):
    served(Server(data))
    with pytest.raises(ToolError, match=words):
        download.fetch(Row(), tmp_path / "thing.bin")
    assert not list(tmp_path.iterdir())


def test_a_range_that_is_refused_starts_anew(served, tmp_path):
    target = tmp_path / "thing.bin"
    served(Server(breaks=100_000))
    with pytest.raises(ToolError):
        download.fetch(Row(), target)
    served(Server(DATA[:50_000]))
    with pytest.raises(ToolError, match="Range Not Satisfiable"):
        download.fetch(Row(), target)
    server = served(Server())
    assert download.fetch(Row(), target).read_bytes() == DATA and server.asked == [0]


@pytest.mark.parametrize("error", [URLError("no such host"), TimeoutError("timed out"), IncompleteRead(b"")])
def test_no_network(monkeypatch, tmp_path, error):
    def fail(request, timeout):
        raise error

    monkeypatch.setattr(download, "urlopen", fail)
    with pytest.raises(ToolError, match=r"thing cannot be fetched .*--from FILE"):
        download.fetch(Row(), tmp_path / "thing.bin")


def test_only_https(served, tmp_path):
    server = served(Server())
    with pytest.raises(ToolError, match="is not https"):
        download.fetch(replace(Row(), address="http://example.org/thing.bin"), tmp_path / "thing.bin")
    assert not server.asked


def test_a_copy(served, tmp_path):
    server = served(Server())
    (tmp_path / "copy").write_bytes(DATA)
    (tmp_path / "wrong").write_bytes(DATA[1:])
    assert download.fetch(Row(), tmp_path / "thing.bin", tmp_path / "copy").read_bytes() == DATA
    for name, words in (("wrong", "has 249999 bytes"), ("none", "cannot be read .No such file")):
        with pytest.raises(ToolError, match=words):
            download.fetch(Row(), tmp_path / "other.bin", tmp_path / name)
    assert not server.asked and not (tmp_path / "other.bin").exists()


def test_a_place_that_cannot_be_written(served, tmp_path):
    served(Server())
    (tmp_path / "file").touch()
    with pytest.raises(ToolError, match=r"cannot be written .*choose another place"):
        download.fetch(Row(), tmp_path / "file" / "thing.bin")


def test_the_cache_can_be_moved(monkeypatch, tmp_path):
    monkeypatch.setenv("MADELEINE_CACHE", str(tmp_path))
    assert download.cache() == tmp_path
    monkeypatch.delenv("MADELEINE_CACHE")
    assert download.cache().parts[-2:] == (".cache", "madeleine")
