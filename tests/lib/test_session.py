"""The behaviour of the answer, the host, the gauge and the messages, as tables of events, changes and messages."""

import json

import features
import pytest
from actions import ACTIONS
from command import WORDS
from decision import AGREE, GONE_FRAMES
from engines import Query
from gauge import EVERY_MS, OFF
from messages import base64
from session import MESSAGE_MS

from tests.lib.session_camera import FAR, KEPT, NEAR, SCALE, SURE, Camera, events, refusal

# -- the answer -------------------------------------------------------------------------------------------------


def test_a_name_is_told_once_when_it_holds_and_its_going_too():
    camera = Camera("cup")
    assert camera.see("cup", NEAR, AGREE - 1) == []
    assert camera.see("cup", NEAR, next="pen") == [
        ("grove", b"cup\0"),
        {"event": "seen", "name": "cup", "sure": False, "distance": 200.0, "next": "pen", "next_distance": 400.0},
        ("say", "cup"),
    ]
    assert camera.see("cup", NEAR, 20) == []
    assert camera.see("cup", FAR, GONE_FRAMES - 1) == []
    assert camera.see("cup", FAR) == [("grove", b"\0"), {"event": "gone"}]
    assert camera.see("cup", FAR, 20) == []


def test_what_was_probable_becomes_sure_without_being_said_again():
    camera = Camera("cup")
    camera.see("cup", NEAR, 5)
    assert camera.see("cup", SURE, 5) == [
        {"event": "seen", "name": "cup", "sure": True, "distance": 110.0, "again": True}
    ]
    assert camera.see("cup", SURE + 1, 20) == []
    assert camera.see("cup", NEAR, 5) == [
        {"event": "seen", "name": "cup", "sure": False, "distance": 200.0, "again": True}
    ]


@pytest.mark.parametrize(
    ("label", "distance", "light"),
    [
        *(("cup", SURE, "green"), ("cup", SURE + 1, "amber"), ("cup", NEAR, "amber")),
        *(("cup", NEAR + 1, None), ("", 0, None), (None, 0, None)),
    ],
)
def test_what_counts_as_seen_and_as_sure(label, distance, light):
    camera = Camera("cup")
    assert (camera.see(label, distance, AGREE) != []) == (light is not None)
    assert camera.session.answer.name == ("cup" if light else None)
    assert camera.session.answer.sure == (light == "green")
    assert camera.session.light() == light


def test_what_is_seen_stays_a_quarter_beyond_the_limit():
    camera = Camera("cup")
    camera.see("cup", NEAR, 5)
    assert camera.see("cup", KEPT, 300) == []
    assert events(camera.see("cup", KEPT + 1, GONE_FRAMES)) == ["grove", "gone"]
    assert camera.see("cup", KEPT, 20) == []


def test_the_distance_is_of_the_nearest_example_whatever_it_is():
    camera = Camera()
    camera.see("cup", FAR)
    assert camera.session.distance == FAR
    camera.see("", 5)
    assert camera.session.distance == 5
    camera.see(None)
    assert camera.session.distance is None


def test_odd_frames_never_flip_it():
    camera = Camera("cup", "pen")
    camera.see("cup", 0, AGREE)
    for _ in range(10):
        assert camera.see("pen", 0, 2) == []
        assert camera.see("cup") == []


def test_one_thing_after_the_other_is_no_going():
    camera = Camera("cup", "pen")
    camera.see("cup", 0, AGREE)
    assert events(camera.see("pen", 0, 3)) == ["grove", "seen", "say"]


def test_what_was_replaced_by_something_in_doubt_goes():
    camera = Camera("cup", "pen")
    camera.see("cup", 0, AGREE)
    told = []
    for _ in range(GONE_FRAMES):
        told += camera.see("pen", FAR)
    assert events(told) == ["grove", "gone"]


def test_an_ignored_view_hides_what_was_seen():
    camera = Camera("cup", "")
    camera.see("cup", 0, AGREE)
    assert events(camera.see("", 0, GONE_FRAMES)) == ["grove", "gone"]


def test_the_limit_that_was_set_holds_and_takes_the_strict_mark_along():
    camera = Camera("cup")
    camera.line("*limit 100")
    assert camera.see("cup", SCALE.steps(100) + 1, AGREE) == []
    assert events(camera.see("cup", SCALE.steps(100), AGREE)) == ["grove", "seen", "say"]
    assert not camera.session.answer.sure
    camera.see("cup", SCALE.sure_steps(100), AGREE)
    assert camera.session.answer.sure and SCALE.sure_steps(100) == SURE // 2


def test_grove_gets_all_answers_or_the_sure_ones():
    camera = Camera("cup", "pen")
    camera.line("*grove sure")
    assert events(camera.see("cup", NEAR, 5)) == ["seen", "say"]
    assert camera.see("cup", SURE, 5)[0] == ("grove", b"cup\0")
    assert camera.see("cup", NEAR, 5)[0] == ("grove", b"\0")
    assert events(camera.see("pen", NEAR, 5)) == ["seen", "say"]
    camera.line("*grove all")
    assert camera.see("cup", NEAR, 5)[0] == ("grove", b"cup\0")


# -- the host ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"do": "learn"}, [("learn", "cup"), {"event": "learned", "name": "cup", "count": 2, "examples": 4}]),
        (
            {"do": "learn", "name": "key"},
            [("learn", "key"), {"event": "learned", "name": "key", "count": 1, "examples": 4}],
        ),
        ({"do": "exclude"}, [("learn", ""), {"event": "ignored", "count": 2, "examples": 4}]),
        ({"do": "anchor", "value": 100}, [("anchor", 100), {"event": "anchor", "value": 100}]),
        ({"do": "undo"}, [("undo",), {"event": "undone", "what": "learn", "name": "", "examples": 2}]),
        (
            {"do": "forget", "name": "pen"},
            [("forget", "pen"), {"event": "forgot", "name": "pen", "count": 1, "examples": 2}],
        ),
        ({"do": "reset", "value": "yes"}, [("reset",), {"event": "reset"}]),
        ({"do": "select", "name": "pen"}, [{"event": "selected", "name": "pen"}]),
        (
            {"do": "sound", "value": "off"},
            [("setting", "sound", "off"), {"event": "set", "name": "sound", "value": "off"}],
        ),
        ({"do": "limit", "value": 90}, [("setting", "limit2", "90"), {"event": "set", "name": "limit", "value": 90}]),
        (
            {"do": "list"},
            [{"event": "list", "classes": [["cup", 1], ["pen", 1]], "views": [1, 1], "ignored": 1, "examples": 3}],
        ),
        (
            {"do": "forget", "name": "nobody"},
            [{"event": "refused", "code": "nothing", "text": "No examples of nobody"}],
        ),
        ({"do": "fly"}, [{"event": "refused", "code": "unknown", "text": "Unknown word *fly"}]),
        ({"do": "forget", "name": ""}, [{"event": "refused", "code": "empty", "text": "The name is empty"}]),
    ],
)
def test_the_host_is_obeyed_at_once_and_gets_its_mark_back(fields, told):
    camera = Camera("cup", "pen", "")
    assert camera.line(json.dumps({**fields, "id": 7}))[-1] == {**told[-1], "id": 7}
    camera = Camera("cup", "pen", "")
    assert camera.line(json.dumps(fields)) == told


def test_a_host_teaches_with_its_own_vector_and_selects_nothing():
    camera = Camera("pen", "cup")
    vector = bytes([1]) * features.LENGTH
    line = {"do": "learn", "name": "cup", "vector": base64(vector), "id": 3}
    assert camera.line(json.dumps(line)) == [
        ("learn", "cup", vector),
        {"event": "learned", "name": "cup", "count": 2, "examples": 3, "id": 3},
    ]
    assert camera.session.classes.current() == "pen"
    assert camera.line(json.dumps({"do": "exclude", "vector": base64(vector)}))[0] == ("learn", "", vector)


def test_a_reset_by_the_host_asks_unless_it_says_yes():
    camera = Camera("cup")
    assert camera.line('{"do": "reset", "id": 5}') == [] and camera.session.question
    assert camera.press("A") == [("reset",), {"event": "reset", "id": 5}]


def test_noise_is_answered_once():
    camera = Camera()
    assert refusal(camera.line("noise")) == "line"
    assert [camera.line(text) for text in ("more noise", "{", None, "")] == [[]] * 4
    assert events(camera.line("*list")) == ["list"]
    assert refusal(camera.line(None)) == "long"


def test_requests_that_are_refused_are_no_noise():
    camera = Camera()
    for _ in range(2):
        assert refusal(camera.line("*fly")) == "unknown"
        assert refusal(camera.line("*undo")) == "nothing"
    camera.line("noise")
    assert refusal(camera.line("*fly")) == "unknown"


# -- scores -----------------------------------------------------------------------------------------------------


def looking(camera: Camera) -> Camera:
    """A camera that has seen a cup, with a picture whose vector is known."""
    camera.app.match.query = Query()
    camera.app.match.query.vector = bytes(features.LENGTH)
    camera.see("cup", NEAR, AGREE)
    return camera


SCORES = {"event": "scores", "name": "cup", "sure": False, "scores": [["cup", 200.0], ["", 400.0]]}


def test_scores_are_those_of_every_class():
    assert looking(Camera("cup", "")).line('{"do": "scores", "id": 3}') == [{**SCORES, "id": 3}]


def test_scores_before_the_first_picture_are_none():
    told = Camera("cup").line("*scores")
    assert told == [{"event": "scores", "name": None, "sure": False, "scores": []}]


def test_a_host_can_watch():
    camera = looking(Camera("cup"))
    told = camera.line('{"do": "watch", "every": 3, "what": ["scores", "vector"], "id": 1}')
    assert told == [{"event": "watch", "every": 3, "what": ["scores", "vector"], "id": 1}]
    vector = {"event": "vector", "vector": base64(bytes(features.LENGTH))}
    assert camera.see("cup", NEAR, 2) == []
    assert camera.see("cup", NEAR) == [SCORES, vector]
    assert camera.see("cup", NEAR, 6) == [SCORES, vector] * 2
    assert camera.line("*watch 1 vector") == [{"event": "watch", "every": 1, "what": ["vector"]}]
    assert camera.see("cup", NEAR, 2) == [vector] * 2
    assert camera.line("*watch 0") == [{"event": "watch", "every": 0, "what": []}]
    assert camera.see("cup", NEAR, 20) == []


def test_the_status_has_the_answer_and_its_distance():
    camera = looking(Camera("cup"))
    (status,) = camera.line("*status")
    assert (status["name"], status["sure"], status["distance"]) == ("cup", False, 200.0)
    camera.see(None, frames=GONE_FRAMES)
    (status,) = camera.line("*status")
    assert (status["name"], status["sure"], status["distance"]) == (None, False, None)


# -- the gauge --------------------------------------------------------------------------------------------------


def test_the_gauge_is_told_when_it_changes_but_not_too_often():
    camera = Camera()
    assert camera.see(gauge=40) == [("grove", b"=40\0"), {"event": "gauge", "value": 40}]
    assert camera.see(gauge=41, ms=1, frames=2) == [] and camera.session.gauge.value == 41
    assert camera.see(gauge=42, ms=1, frames=2) == [] and camera.session.gauge.value == 42
    assert camera.see(gauge=42, ms=EVERY_MS - 4) == [("grove", b"=42\0"), {"event": "gauge", "value": 42}]
    assert camera.see(gauge=42, frames=50) == []
    assert camera.see(gauge=OFF, ms=1000, frames=2) == [("grove", b"=--\0"), {"event": "gauge", "value": None}]
    assert camera.see(gauge=OFF, frames=50) == []


def test_the_gauge_shows_the_middle_of_three_readings():
    camera = Camera()
    shown = []
    for reading in (40, 44, 42, 90, 43, OFF, 44, OFF, OFF, None, 7):
        camera.see(gauge=reading)
        shown.append(camera.session.gauge.value)
    assert shown == [40, 40, 42, 44, 43, 43, 43, OFF, OFF, None, 7]


@pytest.mark.parametrize("line", ["*anchor 0", "*mark 0"])
def test_the_gauge_is_told_anew_when_a_mark_was_set(line):
    camera = Camera()
    camera.see(gauge=40)
    camera.line(line)
    assert camera.see(gauge=40, ms=EVERY_MS) == [("grove", b"=40\0"), {"event": "gauge", "value": 40}]


def test_a_reading_has_its_unit_and_its_name():
    camera = Camera()
    camera.see(gauge=-40)
    camera.line("*unit ml")
    told = {"event": "gauge", "value": -40, "unit": "ml"}
    assert camera.see(gauge=-40, ms=EVERY_MS) == [("grove", b"=-40\0"), told]
    camera.line("*gauge tank")
    assert camera.see(gauge=-40, ms=EVERY_MS) == [("grove", b"=-40\0"), told | {"name": "tank"}]
    camera.line("*limit 100")
    assert camera.see(gauge=-40, ms=EVERY_MS) == []


def test_recognition_goes_on_beside_the_gauge():
    camera = Camera("cup")
    assert camera.session.light() is None
    camera.see(gauge=OFF)
    assert camera.session.light() == "blue"
    assert events(camera.see("cup", gauge=OFF, frames=AGREE)) == ["grove", "seen", "say"]
    assert camera.session.light() == "green"


# -- messages and failures --------------------------------------------------------------------------------------


def test_a_message_goes_after_a_while():
    camera = Camera("cup")
    camera.press("A")
    camera.see(ms=MESSAGE_MS)
    assert camera.session.message == "learned cup (2)"
    camera.see(ms=1)
    assert camera.session.message == ""


def test_what_failed_is_shown_and_told():
    camera = Camera()
    camera.session.fail("write", "Flash is tired", 4)
    assert camera.session.messages.pop() == ("error", "code", "write", "text", "Flash is tired", "id", 4)
    assert camera.session.message == "Flash is tired"
    camera.session.refuse("full", "No room")
    assert camera.session.messages.pop() == ("refused", "code", "full", "text", "No room")


def test_forgetting_the_selected_class_selects_the_first():
    camera = Camera("cup", "pen", "key")
    camera.line("*select key")
    camera.line("*forget cup")
    assert camera.session.classes.current() == "key"
    camera.line("*forget key")
    assert camera.session.classes.current() == "pen"
    camera.line("*forget pen")
    assert camera.session.classes.current() == "A"


def test_every_word_of_the_grammar_is_done_by_someone():
    assert {word for word, _, _ in WORDS} == ACTIONS.keys()
