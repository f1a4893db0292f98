"""An export, message by message."""

import change as changes
import pytest
from change import Change
from engines import Plain
from export import Export
from features import LENGTH
from memory import Memory
from messages import base64
from vectors import on_heap

VECTOR = bytes([1]) * LENGTH


@pytest.fixture
def memory():
    memory = Memory(Plain(), on_heap(16))
    memory.apply(Change(changes.LEARN, "cup", VECTOR))
    memory.apply(Change(changes.LEARN, "", VECTOR))
    memory.apply(Change(changes.SETTING, "limit2", "90"))
    memory.apply(Change(changes.MARK, 100, VECTOR))
    return memory


def test_line_by_line_with_sums_at_its_end(memory):
    export, found = Export(memory, 7), []
    while not export.done:
        found.append(export.next())
    assert found[:-1] == [
        ("setting", "name", "limit2", "value", "90", "id", 7),
        ("anchored", "value", 100, "vector", base64(VECTOR), "id", 7),
        ("example", "index", 0, "name", "cup", "vector", base64(VECTOR), "id", 7),
        ("example", "index", 1, "name", "", "vector", base64(VECTOR), "id", 7),
    ]
    assert found[-1][:8] == ("exported", "count", 2, "anchors", 1, "settings", 1, "checksum")
    assert found[-1][-2:] == ("id", 7)


def test_without_a_mark_it_has_none(memory):
    assert "id" not in Export(memory, None).next()
