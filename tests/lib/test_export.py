"""An export, message by message."""

from export import Export
from features import LENGTH
from messages import base64

VECTOR = bytes([1]) * LENGTH


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
