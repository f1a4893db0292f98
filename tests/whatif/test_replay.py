"""Frames answered again: what the screen would have shown, and which appearances that saves."""

import base64
import json

import numpy as np
import pytest
from madeleine.device import distance, settings
from madeleine.errors import ToolError, UsageError
from madeleine.evaluation.naming import RULES
from madeleine.examples.collection import Example
from madeleine.whatif import frames
from madeleine.whatif.frames import Log, frames_of
from madeleine.whatif.replay import Rules, Seen, appearances, gone, shown

SCALE = distance.Scale(128, 100)


def vector(*parts: int) -> bytes:
    """These numbers, and zeros."""
    return bytes([*parts, *[0] * (768 - len(parts))])


CUP, PEN = vector(100), vector(0, 100)
NEAR_CUP, BETWEEN = vector(100, 30), vector(90, 60)
KNOWN = [Example("cup", CUP), Example("pen", PEN)]


def far(one: bytes, other: bytes) -> int:
    """As people read it."""
    rows = [np.frombuffer(each, np.uint8).astype(int) for each in (one, other)]
    steps = distance.between(int(rows[0] @ rows[1]), *(int(row @ row) for row in rows))
    return SCALE.tenths(steps) // 10


def test_the_screen_shows_what_two_of_three_frames_say():
    log = Log(vectors=[PEN, CUP, CUP, CUP, *[vector(0, 0, 1)] * 5])
    assert shown(log, KNOWN, SCALE, Rules(200)) == ["", "", "cup", "cup", "cup", "cup", "cup", "", ""]


def test_a_smaller_limit_and_a_class_less():
    log = Log(vectors=[BETWEEN] * 4)
    beyond = far(BETWEEN, CUP)
    assert shown(log, KNOWN, SCALE, Rules(beyond + 1))[-1] == "cup"
    assert shown(log, KNOWN, SCALE, Rules(beyond - 1))[-1] == ""
    assert shown(log, KNOWN, SCALE, Rules(9999, without=("cup",)))[-1] == "pen"
    with pytest.raises(ToolError, match="no examples are left"):
        shown(log, KNOWN, SCALE, Rules(200, without=("cup", "pen")))


def test_the_rule_fit():
    """The nearest example is a pen, but what this view has of a pen is less than what it has of all cups."""
    cups = [vector(100, 0, 0), vector(100, 10, 0), vector(90, 0, 10)]
    known = [Example("pen", vector(100, 50, 50)), *(Example("cup", cup) for cup in cups)]
    log = Log(vectors=[vector(100, 26, 26)] * 3)
    said = {rule: shown(log, known, SCALE, Rules(9999, rule))[-1] for rule in RULES}
    assert said == {"nearest": "pen", "fit": "cup"}


def test_ignored_views_are_nobodys():
    log = Log(vectors=[CUP] * 3)
    assert shown(log, [Example("", CUP), Example("cup", NEAR_CUP)], SCALE, Rules(200))[-1] == ""


def test_scores_alone_tell_of_limits_and_classes_but_not_of_fit():
    log = Log(scores=[[("cup", 120.0), ("pen", 180.5)]] * 3)
    assert [shown(log, [], SCALE, Rules(limit))[-1] for limit in (119, 121)] == ["", "cup"]
    assert shown(log, [], SCALE, Rules(200, without=("cup",)))[-1] == "pen"
    assert shown(log, [], SCALE, Rules(200, without=("cup", "pen")))[-1] == ""
    with pytest.raises(UsageError, match="the rule fit needs them"):
        shown(log, [], SCALE, Rules(200, settings.FIT))


def test_appearances_and_what_is_gone():
    before = ["", "cup", "cup", "", "pen", "cup", ""]
    assert appearances(before) == [Seen("cup", 1, 2), Seen("pen", 4, 4), Seen("cup", 5, 5)]
    assert gone(before, ["", "", "cup", "", "", "pen", ""]) == [Seen("pen", 4, 4), Seen("cup", 5, 5)]


def log_file(path, *messages):
    rows = [{"time": "2026-11-29T10:00:00.000+00:00", "said": {"v": 1, **message}} for message in messages]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def vectors(*several: bytes):
    return [{"event": "vector", "vector": base64.b64encode(one).decode()} for one in several]


def test_a_log_says_what_was_set(tmp_path):
    ready = {"event": "ready", "model": "b922520e", "limit": 150, "fit": "ready"}
    later = {"event": "set", "name": "limit", "value": "90"}
    log = frames_of(log_file(tmp_path / "log", ready, *vectors(CUP, PEN), later))
    assert (log.vectors, log.limit, log.rule, log.model) == ([CUP, PEN], 150, settings.FIT, "b922520e")
    scores = {"event": "scores", "name": "cup", "sure": True, "scores": [["cup", 83.2], ["", 120]]}
    log = frames_of(log_file(tmp_path / "log", later, {"event": "set", "name": "rule", "value": "fit"}, scores))
    assert (log.scores, log.limit, log.rule) == ([[("cup", 83.2), ("", 120.0)]], 90, settings.FIT)


@pytest.mark.parametrize(
    "message",
    [
        {"event": "vector"},
        {"event": "vector", "vector": "AAAA"},
        {"event": "vector", "vector": 3},
        {"event": "scores", "scores": 3},
        {"event": "scores", "scores": [["cup", "near"]]},
        {"event": "scores", "scores": [["cup", -1]]},
        {"event": "scores", "scores": [["cu\np", 1]]},
        {"event": "scores", "scores": [["cup"]]},
    ],
)
def test_frames_without_sense_are_counted(message, tmp_path):
    assert frames_of(log_file(tmp_path / "log", message, *vectors(CUP))).damaged == 1


def test_settings_without_sense_change_nothing(tmp_path):
    odd = [{"event": "ready", "model": "x", "limit": []}, {"event": "set", "name": "limit", "value": "-5"}]
    log = frames_of(log_file(tmp_path / "log", *odd, *vectors(CUP)))
    assert (log.limit, log.model, log.damaged) == (200, "", 0)


def test_a_log_without_frames_and_one_that_is_too_long(tmp_path, monkeypatch):
    with pytest.raises(ToolError, match="--vectors 1"):
        frames_of(log_file(tmp_path / "log", {"event": "gone"}))
    monkeypatch.setattr(frames, "MOST_FRAMES", 2)
    with pytest.raises(ToolError, match="more than 2 frames"):
        frames_of(log_file(tmp_path / "log", *vectors(CUP, CUP, CUP)))
