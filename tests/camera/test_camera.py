"""The Python API: what is asked and answered, typed events, what comes in between, silence, nonsense."""

import json
import re
import time

import madeleine
import pytest
from madeleine import Camera, NoAnswer, Refused
from madeleine.camera import camera as camera_module
from madeleine.camera.events import EVENTS, Gauge, Gone, Other, Ready, Seen, Status, event_of
from madeleine.camera.fields import Nonsense

from tests import ROOT
from tests.fakes.board import fake_board
from tests.fakes.talking import STATUS, app
from tests.monitor.app_lines import line, seen


def test_every_question() -> None:
    with fake_board(app()) as board, Camera(board.device) as camera:
        assert camera.status().board == "M5StickV"
        assert camera.classes() == {"cup": 2, "りんご": 1}
        assert list(camera.scores().items()) == [("cup", 12.5), ("", 300.0)]
        assert (camera.where().box, camera.where().centre) == ((10, 20, 30, 40), (25, 40))
        assert camera.learn("cup").count == 1
        assert camera.learn().name == "cup"
        assert (camera.exclude().examples, camera.mark(-5).value, camera.undo().what) == (2, -5, "anchor")
        assert (camera.forget("cup").count, camera.rename("cup", "mug").to) == (2, "mug")
        assert (camera.select("cup").name, camera.limit(150)) == ("cup", 200)
    asked = [json.loads(one) for one in re.findall(rb"\{.*?\}", board.heard)]
    fields = [{key: value for key, value in one.items() if key != "id"} for one in asked]
    assert {"do": "learn", "name": "cup"} in fields and {"do": "learn"} in fields
    assert {"do": "rename", "name": "cup", "to": "mug"} in fields and {"do": "limit", "value": "150"} in fields


def test_what_is_said_between_question_and_answer_is_kept() -> None:
    with fake_board(app(seen("cup"), "noise", line("gone"))) as board, Camera(board.device) as camera:
        camera.status()
        assert [type(event) for event in camera.events(0.0)] == [Seen, Gone]
        assert list(camera.events(0.0)) == []


def test_waiting_for_a_name() -> None:
    with fake_board(app(seen("cup"))) as board, Camera(board.device) as camera:
        assert camera.wait_for("cup", timeout=0.05) is None, "it was seen before, and is no more"
    later = "".join(one + "\n" for one in (seen("pen"), seen("cup", sure=False), seen("cup", 40.5, sure=True)))
    with fake_board(lambda data: app()(data) + later.encode()) as board, Camera(board.device) as camera:
        assert camera.wait_for("cup", timeout=5, sure=True).distance == 40.5
        assert [event.name for event in camera.events(0.0)] == ["pen", "cup", "cup"], "waiting takes nothing away"
    there = ("status", {**STATUS, "name": "cup", "sure": True, "distance": 3.5})
    with fake_board(app(status=there)) as board, Camera(board.device) as camera:
        assert (camera.wait_for("cup").distance, camera.wait_for().name) == (3.5, "cup")
        assert camera.wait_for("pen", timeout=0.01) is None


def test_the_gauge() -> None:
    with fake_board(app()) as board, Camera(board.device) as camera:
        assert camera.gauge(timeout=0.01) is None
        board.say(
            (line("gauge", value=10) + "\n" + line("gauge", value=42, low=-10, high=50, unit="ml") + "\n").encode()
        )
        read = camera.gauge()
        assert (read.value, read.low, read.high, read.unit) == (42, -10, 50, "ml")
        assert [event.value for event in camera.events(0.0)] == [10, 42]
        assert camera.gauge(timeout=0.0).value == 42, "it stays until another one comes"


def test_iterating_ends_when_nobody_is_there(monkeypatch) -> None:
    monkeypatch.setattr(camera_module, "QUIET_S", 0.05)
    monkeypatch.setattr("madeleine.camera.usb.ANSWER_S", 0.1)
    answers = iter([app()])
    with (
        fake_board(lambda data: next(answers, lambda _: b"")(data)) as board,
        Camera(board.device) as camera,
        pytest.raises(NoAnswer, match="'status'"),
    ):
        board.say(seen("cup").encode() + b"\n")
        for event in camera:
            assert event.name == "cup"


def test_a_no_has_its_code() -> None:
    no = ("refused", {"code": "nothing", "text": "No examples of cup"})
    with (
        fake_board(app(forget=no)) as board,
        Camera(board.device) as camera,
        pytest.raises(Refused, match="No examples of cup") as refused,
    ):
        camera.forget("cup")
    assert refused.value.code == "nothing"


@pytest.mark.parametrize(
    "fields", [{}, {"classes": 5}, {"classes": [["cup"]], "ignored": 0, "examples": 0}, {"classes": [[1, 2]]}]
)
def test_an_answer_that_makes_no_sense(fields: dict) -> None:
    with (
        fake_board(app(list=("list", fields))) as board,
        Camera(board.device) as camera,
        pytest.raises(Nonsense, match="classes"),
    ):
        camera.classes()


def message(event: str, **fields: object) -> dict:
    return {"v": 1, "event": event, **fields}


def test_events() -> None:
    assert event_of(message("seen", name="cup", box=[1, 2, 3, 300], centre=[1, 2])).box is None
    assert event_of(message("seen", name=None)) == Other(message("seen", name=None))
    assert event_of(message("dance", step=1)).event == "dance"
    assert isinstance(event_of(message("ready", **STATUS)), Ready)
    assert event_of(message("gauge", value=None)) == Gauge(message("gauge", value=None), None, None, None, None, None)
    assert event_of(message("set", name="limit", value=5)).value == "5"
    body = [[x, 2 * x, 50] for x in range(17)]
    assert event_of(message("pose", points=body)).points[3] == (3, 6, 50)
    assert event_of(message("pose", points=[])).points == ()
    for wrong in (body[1:], [*body[1:], [1, 2]], [*body[1:], [1, 2, 0.5]], None, 5):
        assert isinstance(event_of(message("pose", points=wrong)), Other)
    assert "message" not in repr(event_of(message("gone")))
    assert issubclass(Status, Ready)


def test_every_word_of_the_formats_has_a_class() -> None:
    text = (ROOT / "docs/FORMATS.md").read_text(encoding="utf-8")
    table = text.split("### What the camera says")[1].split("\n\n`distance`")[0]
    words = {word for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for word in re.findall(r"`(\w+)`", row)}
    exchange = {"setting", "anchored", "example", "exported", "begun", "drafted", "committed", "dropped"}
    modes = {"why", "good", "vector", "watch"}
    assert words - exchange - modes == set(EVENTS)


def test_the_package_names_what_is_public() -> None:
    assert all(getattr(madeleine, name).__name__ == name for name in madeleine.PLACES)
    with pytest.raises(AttributeError):
        _ = madeleine.Kamera


def test_asking_for_events_does_not_wait_longer() -> None:
    with fake_board(lambda data: b"") as board, Camera(board.device) as camera:
        began_s = time.monotonic()
        assert list(camera.events(0.1)) == []
        assert time.monotonic() - began_s < 5
