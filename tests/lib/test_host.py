"""What the camera says of itself, and an export line by line."""

import change as changes
import pytest
from change import Change
from constants import OTHER_SCALE
from distance import Scale
from engines import Plain
from features import LENGTH
from host import Host
from link import base64
from memory import Memory
from vectors import on_heap

VECTOR = bytes([1]) * LENGTH


@pytest.fixture
def host():
    memory = Memory(Plain(), on_heap(16))
    memory.apply(Change(changes.LEARN, "cup", VECTOR))
    memory.apply(Change(changes.LEARN, "", VECTOR))
    memory.apply(Change(changes.SETTING, "limit2", "90"))
    memory.apply(Change(changes.MARK, 100, VECTOR))
    return Host(memory)


def test_status_and_classes(host):
    host.board, host.model, host.battery_mv = "Desk", "0badcafe", 3700
    fields = host.status("ready")
    assert fields[0] == "ready"
    assert dict(zip(fields[1::2], fields[2::2], strict=True)) | {"app": ""} == {
        **{"app": "", "board": "Desk", "model": "0badcafe", "examples": 2, "capacity": 8},
        **{"limit": 90, "battery_mv": 3700, "usb": None},
    }
    host.fit = "busy"
    assert host.status("status")[-2:] == ("fit", "busy")
    known = ("list", "classes", [["cup", 1]], "views", [1], "ignored", 1, "examples", 2)
    assert host.classes(Scale(*OTHER_SCALE)) == known


@pytest.mark.parametrize(
    ("marks", "settings", "fields"),
    [
        ((), {}, ()),
        ((0, 100, 50), {}, ()),
        ((-10, 0, 425), {}, ("low", -10, "high", 425)),
        (
            (0, 425),
            {"unit": "ml", "gauge": "rain barrel"},
            ("low", 0, "high", 425, "unit", "ml", "name", "rain barrel"),
        ),
        ((0, 100), {"unit": "%"}, ("unit", "%")),
    ],
)
def test_a_reading_has_what_a_host_needs_to_show_it(marks, settings, fields):
    memory = Memory(Plain(), on_heap(16))
    for value in marks:
        memory.apply(Change(changes.MARK, value, VECTOR))
    for key, value in settings.items():
        memory.apply(Change(changes.SETTING, key, value))
    for value in (7, None):
        assert Host(memory).gauge(value) == ("gauge", "value", value, *fields)


def lines(host):
    found = []
    while (line := host.export_line()) is not None:
        found.append(line)
    return found


def test_an_export_is_line_by_line_and_ends_with_its_sums(host):
    assert lines(host) == []
    host.start_export(7)
    found = lines(host)
    assert found[:-1] == [
        ("setting", "name", "limit2", "value", "90", "id", 7),
        ("anchored", "value", 100, "vector", base64(VECTOR), "id", 7),
        ("example", "index", 0, "name", "cup", "vector", base64(VECTOR), "id", 7),
        ("example", "index", 1, "name", "", "vector", base64(VECTOR), "id", 7),
    ]
    assert found[-1][:8] == ("exported", "count", 2, "anchors", 1, "settings", 1, "checksum")
    assert found[-1][-2:] == ("id", 7)
    assert lines(host) == []


def test_an_export_can_be_stopped(host):
    assert host.stop_export() is None
    host.start_export(None)
    assert "id" not in host.export_line()
    assert host.stop_export().id is None and host.export_line() is None
