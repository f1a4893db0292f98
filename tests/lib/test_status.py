"""What the camera says of itself."""

import change as changes
import pytest
from change import Change
from constants import OTHER_SCALE
from distance import Scale
from engines import Plain
from features import LENGTH
from memory import Memory
from status import Status
from vectors import on_heap

VECTOR = bytes([1]) * LENGTH


@pytest.fixture
def about(memory):
    return Status(memory)


def test_status_and_classes(about):
    about.board, about.model, about.battery_mv = "Desk", "0badcafe", 3700
    fields = about.message("ready")
    assert fields[0] == "ready"
    assert dict(zip(fields[1::2], fields[2::2], strict=True)) | {"app": ""} == {
        **{"app": "", "board": "Desk", "model": "0badcafe", "examples": 2, "capacity": 8},
        **{"limit": 90, "battery_mv": 3700, "usb": None},
    }
    about.identity = ("uid", "0badcafe", "friendly_name", "desk")
    assert about.message("ready")[-4:] == about.identity
    about.fit = "busy"
    assert about.message("status")[-2:] == ("fit", "busy")
    known = ("list", "classes", [["cup", 1]], "views", [1], "ignored", 1, "examples", 2)
    assert about.classes(Scale(*OTHER_SCALE)) == known


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
        assert Status(memory).gauge(value) == ("gauge", "value", value, *fields)
