"""The flat files of a folder, on those of the host, which stand in for the board's; the store works on them, too."""

import os
from types import SimpleNamespace

import files as files_module
import pytest
from files import Files
from store import Store

from tests.lib.powercut import MODEL, PlainMemory, step
from tests.lib.small_store import VECTOR_BYTES, vector


@pytest.fixture
def files(tmp_path, monkeypatch) -> Files:
    monkeypatch.setattr(files_module, "uio", SimpleNamespace(open=open))
    monkeypatch.setattr(files_module, "uos", os)
    return Files(str(tmp_path))


def test_files_come_and_go(files):
    assert files.size("a") == -1 and files.names() == []
    with files.open("a", "wb") as file:
        file.write(b"123")
    with files.open("a", "ab") as file:
        file.write(b"4")
    with files.open("a", "rb") as file:
        assert file.read() == b"1234"
    assert files.size("a") == 4 and files.names() == ["a"]
    files.remove("a")
    with pytest.raises(OSError):
        files.open("a", "rb")


def test_free_space_counts_whole_blocks(files, monkeypatch):
    blocks = (131072, 131072, 21, 7, 7, 0, 0, 0, 0, 128)
    monkeypatch.setattr(files_module, "uos", SimpleNamespace(statvfs=lambda folder: blocks))
    assert files.free_bytes() == 7 * 131072


def test_a_store_on_them(files, tmp_path):
    store, memory = Store(files, MODEL, VECTOR_BYTES), PlainMemory()
    assert store.load(memory) == []
    for number in range(5):
        step(store, memory, "learn", "cup", vector(number))
    step(store, memory, "reset")
    step(store, memory, "learn", "key", vector(0))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["examples.2", "examples.3"]
    again = PlainMemory()
    assert Store(files, MODEL, VECTOR_BYTES).load(again) == []
    assert again.state() == memory.state()
