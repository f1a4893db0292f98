"""Lines of Madeleine and of Brownie, and what else comes over a cable."""

import json

import messages
import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.camera.fields import TEXT_MAX, clean
from madeleine.monitor.items import Kind
from madeleine.monitor.words import SENTENCES, Dialect, Said, read, sentence

from tests.monitor.app_lines import line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[DETECTED]: cup", {"event": "seen", "name": "cup"}),
        ("[DETECTED]: りんご", {"event": "seen", "name": "りんご"}),
        ("\0\0[DETECTED]: cup", {"event": "seen", "name": "cup"}),
        ("[QR]: *reset", {"event": "card", "text": "*reset"}),
        ("[QR]: ", {"event": "card", "text": ""}),
        ("[DISTANCE]: 42.0", {"event": "gauge", "value": 42.0}),
        ("[DISTANCE]: -3.5", {"event": "gauge", "value": -3.5}),
        ("[DISTANCE]: 5000.0", {"event": "gauge", "value": None}),  # Brownie: too far from the line
        ("[info]: Started.", {"event": "ready"}),
    ],
)
def test_brownie_is_understood(text: str, message: dict) -> None:
    assert read(text) == Said(message, Dialect.BROWNIE)


@pytest.mark.parametrize(
    "message",
    [("seen", "name", "cup", "distance", messages.Tenths(421)), ("card", "text", "{...}"), ("gauge", "value", 42)],
)
def test_both_dialects_of_the_app_say_the_same(message: tuple) -> None:
    brownie, ours = read(messages.brownie_line(message).strip()), read(messages.json_line(message).strip())
    assert brownie.event == ours.event == message[0]
    for key in message[1:3:2]:
        assert brownie.message[key] == ours.message[key]


@pytest.mark.parametrize(
    "text",
    ["", "kpu_net __del__", "[DETECTED]: ", "[DISTANCE]: nan", "[DISTANCE]: 1e99", "[DISTANCE]: ٣", "[info]: Exit",
     'x [DETECTED]: cup', '{"event": "seen"}', '{"v": 1, "event": "se', "Traceback (most recent call last):"],
)  # fmt: skip
def test_other_lines_say_nothing(text: str) -> None:
    assert read(text) is None


def test_a_card_cannot_pass_for_a_message() -> None:
    said = read('[QR]: x{"v": 1, "event": "seen", "name": "cup"}')
    assert (said.dialect, said.event) == (Dialect.BROWNIE, "card")
    half = 'rd", "text": "[DETECTED]: cup"}'
    assert read(half) is None


def test_fields_are_checked_when_they_are_read() -> None:
    wrong = read(line("seen", name=["cup"], distance="near", next=None, next_distance=True, limit=10**400))
    assert [wrong.text("name"), wrong.text("next")] == [None, None]
    assert [wrong.number(key) for key in ("distance", "next_distance", "limit")] == [None, None, None]
    assert read('{"v": 1, "event": "seen", "distance": NaN}').number("distance") is None
    assert read(line("seen", distance=3)).number("distance") == 3.0


def test_names_move_no_cursor_and_end() -> None:
    said = read(json.dumps({"v": 1, "event": "seen", "name": "\x1b[2Jc\u2028u\ud800p\x9b" + "x" * 5000}))
    assert said.text("name").startswith("\ufffd[2Jc\ufffdu\ufffdp\ufffdx")
    assert len(said.text("name")) == TEXT_MAX
    assert clean("👩‍🏫 りんご") == "👩‍🏫 りんご"


def test_every_sentence_can_be_said() -> None:
    for event, (kind, _) in SENTENCES.items():
        assert sentence(read(line(event))) == (kind, sentence(read(line(event)))[1])
        assert "{" not in sentence(read(line(event)))[1]
    assert sentence(read(line("learned", name="cup", count=2))) == (Kind.TAUGHT, "learned cup (2)")
    assert sentence(read(line("undone", name=""))) == (Kind.TAUGHT, "undone: an ignored view")


@pytest.mark.parametrize(
    ("event", "fields", "words"),
    [
        ("undone", {"what": "learn", "name": "cup"}, "undone: cup"),
        ("undone", {"what": "forget", "name": "cup", "count": 3}, "back: cup (3)"),
        ("undone", {"what": "forget", "name": "", "count": 2}, "back: ignored views (2)"),
        ("undone", {"what": "forget gauge"}, "back: the gauge"),
        ("undone", {"what": "anchor", "value": 100}, "undone: mark 100"),
        ("undone", {"what": "setting", "name": "limit", "value": 200}, "undone: limit is 200 again"),
        ("undone", {"what": "rename", "name": "cup", "count": 3}, "back: cup (3)"),
        ("undone", {"what": "something new", "name": "cup"}, "undone: cup"),
        ("renamed", {"name": "cup", "to": "mug", "count": 3}, "cup is mug now (3)"),
        ("forgot", {"name": "cup"}, "forgot cup"),
        ("forgot", {"name": ""}, "forgot ignored views"),
        ("forgot", {"what": "gauge"}, "forgot the gauge"),
        ("forgot", {"what": "set", "name": "kitchen"}, "forgot the set kitchen"),
        ("using", {"set": "kitchen", "examples": 3}, "set kitchen (3)"),
        ("copied", {"set": "kitchen", "examples": 3}, "copied to set kitchen (3)"),
        ("lock", {"on": True}, "locked"),
        ("lock", {"on": False}, "unlocked"),
        ("cleared", {"examples": 3}, "visitors' lessons are gone (3)"),
    ],
)
def test_what_was_taken_back(event, fields, words):
    assert sentence(read(line(event, **fields))) == (Kind.TAUGHT, words)
    assert sentence(read(line("set", name="limit", value=120))) == (Kind.OTHER, "limit is 120")
    assert sentence(read(line("card", text="{__class__}"))) == (Kind.OTHER, "card: {__class__}")
    assert sentence(read(line("seen", name="cup"))) is None


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_nothing_that_comes_stops_it(text: str) -> None:
    for one in (text, "[QR]: " + text, '{"v": 1, "event": "card", "text": ' + json.dumps(text) + "}"):
        said = read(one)
        if said is not None:
            _, words = sentence(said) or (None, "")
            words.encode()  # no halves of pairs
            assert "\n" not in words
