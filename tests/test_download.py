"""Fetching: whole or nothing under the name, resumed, checked, no more than it should be."""

import hashlib
import socket
import sys
import threading
from dataclasses import dataclass, replace
from typing import ClassVar

import httpx
import platformdirs
import pytest
from madeleine import download
from madeleine.errors import ToolError

from tests.fakes.network import Server, connect

ADDRESS = "https://example.org/thing.bin"
DATA = bytes(range(250)) * 1000


@dataclass(frozen=True)
class Row:
    command: ClassVar[str] = "madeleine thing fetch"

    name: str = "thing"
    address: str = ADDRESS
    size_bytes: int = len(DATA)
    sha256: str = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def served(monkeypatch):
    def serve(server):
        connect(monkeypatch, server.answer)
        return server

    return serve


def test_fetching(served, tmp_path):
    server = served(Server(DATA))
    target = tmp_path / "new" / "thing.bin"
    assert download.fetch(Row(), target) == target
    assert target.read_bytes() == DATA and list(target.parent.iterdir()) == [target]
    download.fetch(Row(), target)
    assert server.asked == [(ADDRESS, 0)]  # what is here and whole is not asked for


def test_a_damaged_file_is_fetched_again(served, tmp_path):
    served(Server(DATA))
    target = tmp_path / "thing.bin"
    target.write_bytes(DATA[:-1] + b"?")
    assert download.fetch(Row(), target).read_bytes() == DATA


@pytest.mark.parametrize("ranges", [True, False])
def test_going_on_where_it_stopped(served, tmp_path, ranges):
    target = tmp_path / "thing.bin"
    served(Server(DATA, breaks=100_000))
    with pytest.raises(ToolError, match=r"fetched \(the connection to example.org was lost\); try again, it goes on"):
        download.fetch(Row(), target)
    assert not target.exists()
    server = served(Server(DATA, ranges=ranges))
    assert download.fetch(Row(), target).read_bytes() == DATA
    assert server.asked == [(ADDRESS, 100_000)] and list(tmp_path.iterdir()) == [target]


def test_a_part_of_something_else_is_not_gone_on_with(served, tmp_path):
    served(Server(DATA, breaks=100_000))
    with pytest.raises(ToolError):
        download.fetch(Row(), tmp_path / "thing.bin")
    other = DATA[::-1]
    row = replace(Row(), sha256=hashlib.sha256(other).hexdigest())
    server = served(Server(other))
    assert download.fetch(row, tmp_path / "thing.bin").read_bytes() == other and server.asked == [(ADDRESS, 0)]


def test_a_damaged_part_is_removed(served, tmp_path):
    served(Server(b"?" * 100_000, breaks=100_000))
    with pytest.raises(ToolError):
        download.fetch(Row(), tmp_path / "thing.bin")
    served(Server(DATA))
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
    served(Server(DATA, breaks=100_000))
    with pytest.raises(ToolError):
        download.fetch(Row(), target)
    served(Server(DATA[:50_000]))
    with pytest.raises(ToolError, match="416 Requested Range Not Satisfiable"):
        download.fetch(Row(), target)
    server = served(Server(DATA))
    assert download.fetch(Row(), target).read_bytes() == DATA and server.asked == [(ADDRESS, 0)]


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.RemoteProtocolError])
def test_no_network(monkeypatch, tmp_path, error):
    def fail(request):
        raise error("no such host")

    connect(monkeypatch, fail)
    with pytest.raises(ToolError, match=r"fetched \([\w ]*example.org.*: madeleine thing fetch thing --from FILE"):
        download.fetch(Row(), tmp_path / "thing.bin")


def test_only_https(served, tmp_path):
    server = served(Server(DATA))
    with pytest.raises(ToolError, match="is not https"):
        download.fetch(replace(Row(), address="http://example.org/thing.bin"), tmp_path / "thing.bin")
    assert not server.asked


def test_a_copy(served, tmp_path):
    server = served(Server(DATA))
    (tmp_path / "copy").write_bytes(DATA)
    (tmp_path / "wrong").write_bytes(DATA[1:])
    assert download.fetch(Row(), tmp_path / "thing.bin", tmp_path / "copy").read_bytes() == DATA
    for name, words in (("wrong", "has 249999 bytes"), ("none", "cannot be read .No such file")):
        with pytest.raises(ToolError, match=words):
            download.fetch(Row(), tmp_path / "other.bin", tmp_path / name)
    assert not server.asked and not (tmp_path / "other.bin").exists()


def test_a_place_that_cannot_be_written(served, tmp_path):
    served(Server(DATA))
    (tmp_path / "file").touch()
    with pytest.raises(ToolError, match=r"cannot be written .*choose another place"):
        download.fetch(Row(), tmp_path / "file" / "thing.bin")


def test_the_cache_can_be_moved(monkeypatch, tmp_path):
    monkeypatch.setenv("MADELEINE_CACHE", str(tmp_path))
    assert download.cache() == tmp_path
    monkeypatch.delenv("MADELEINE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert download.cache() == platformdirs.user_cache_path("madeleine", appauthor=False)
    if sys.platform == "linux":
        assert download.cache() == tmp_path / "cache/madeleine"


def test_a_look_up_that_hangs(tmp_path, monkeypatch):
    found = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found.wait() and [])
    monkeypatch.setattr(download, "ANSWER_S", 0.2)
    with pytest.raises(ToolError, match=r"thing cannot be fetched \(example.org does not answer\); try again"):
        download.fetch(Row(), tmp_path / "thing.bin")
    found.set()
