"""A host on the Grove port: lines in, answers out, and what USB hears of it."""

import json

import pytest
from grove import LINE_MAX_BYTES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.desk import Desk


@pytest.fixture
def desk(monkeypatch):
    return Desk(monkeypatch)


def ask(desk, data):
    """Bytes on the Grove port; (the messages there, the events on USB)."""
    desk.board.grove_in += data
    told = desk.turn()
    sent = b"".join(entry[1] for entry in told if isinstance(entry, tuple) and entry[0] == "grove")
    assert not sent or sent.endswith(b"\0")
    return sent.decode().split("\0")[:-1], [entry for entry in told if isinstance(entry, dict)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\0"])
def test_an_answer_goes_back_with_its_id_and_usb_hears_of_it_without(desk, end):
    grove, usb = ask(desk, b'{"do": "learn", "name": "cup", "id": 7}' + end)
    answers = [json.loads(text) for text in grove if text.startswith("{")]
    assert [(answer["event"], answer["id"]) for answer in answers[:1]] == [("learned", 7)]
    assert usb[0] == {"v": 1, "event": "learned", "name": "cup", "count": 1, "examples": 1}


def test_names_go_out_as_before(desk):
    ask(desk, b"*learn cup\n")
    grove, _ = ask(desk, b"")
    assert ask(desk, b"")[0] + grove == ["cup"]


def test_a_refusal_goes_back_to_who_asked(desk):
    grove, usb = ask(desk, b'{"do": "limit", "value": 0, "id": "x"}\n')
    assert json.loads(grove[0])["code"] == "argument" and json.loads(grove[0])["id"] == "x"
    assert usb == []


@pytest.mark.parametrize("word", ["export", "begin", "commit 12345678", "drop", "watch 5 scores", "mode pose"])
def test_what_streams_goes_over_usb_alone(desk, word):
    grove, usb = ask(desk, b"*" + word.encode() + b"\n")
    assert json.loads(grove[0])["code"] == "usb"
    assert usb == []


@pytest.mark.parametrize("noise", [b"hello\n", b"\xff\xfe\n\n", b"AT+GMR\r\n", b"x" * 3000 + b"\n", b"\0" * 300])
def test_noise_is_for_others(desk, noise):
    assert ask(desk, noise) == ([], [])
    assert json.loads(ask(desk, b"*status\n")[0][0])["event"] == "status"


def test_an_echo_ends(desk):
    said = ask(desk, b"*status\n")[0]
    for _ in range(2):
        said = ask(desk, b"".join(text.encode() + b"\0" for text in said))[0]
    assert said == []


def test_a_line_that_is_too_long_is_dropped_up_to_its_end(desk):
    line = b"*unit " + b"x" * LINE_MAX_BYTES
    assert ask(desk, line) == ([], [])
    assert json.loads(ask(desk, b"\n*list\n")[0][0])["event"] == "list"


def test_usb_goes_on_as_before_next_to_it(desk):
    ask(desk, b"*status\n")
    assert [entry["event"] for entry in desk.say(do="list", id=1)] == ["list"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=600))
def test_any_bytes_leave_the_camera_as_it_is(desk, data):
    before = list(desk.flash.effects)
    ask(desk, data.replace(b"*", b".").replace(b"{", b".") + b"\n")
    assert desk.flash.effects == before
    assert json.loads(ask(desk, b"*status\n")[0][0])["event"] == "status"
