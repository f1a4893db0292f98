"""The pose mode on the virtual board, with a small network that finds all points where it is bright."""

import json

import numpy as np
import pytest
from madeleine.device import constants
from madeleine.model import find_model
from madeleine.sim.scenario.stage import HostStage, play

pytest.importorskip("tflite", reason="the extra [tflite] is not installed")

from tests.pose.small_camera_model import small_camera_model

START = """
frame cup
boot
expect usb {"event": "ready"}
"""
TO_BODIES = (
    "pose pose.kmodel"
    + START
    + """
usb> {"do": "mode", "value": "pose", "id": 5}
expect usb {"event": "set", "name": "mode", "value": "pose", "id": 5}
expect usb {"event": "ready", "mode": "pose"}
"""
)
REFUSAL = '{"event": "refused", "code": "mode"}'


@pytest.fixture
def run(tmp_path):
    """Plays a text; gives what USB has said, and the stage."""
    (tmp_path / "pose.kmodel").write_bytes(small_camera_model())
    (tmp_path / "none.kmodel").write_bytes(b"no kmodel" * 99)
    (tmp_path / "other.kmodel").write_bytes(find_model("tour").read_bytes())

    def run(text):
        stage = HostStage(tmp_path / "flash", tmp_path, writings=("ja",))
        transcript = play(text, "scenario", stage).transcript
        said = [line[4:] for line in transcript if line.startswith("usb {")]
        stage.heard_on_grove = [line[6:] for line in transcript if line.startswith("grove ")]
        return [json.loads(line) for line in said], stage

    return run


def test_there_and_back_by_cards_with_what_was_taught(run):
    said, _ = run(
        """pose pose.kmodel
frame cup
boot
expect usb {"event": "ready"}
usb> *learn cup
expect usb {"event": "learned"}
card *mode pose
expect usb {"event": "ready", "mode": "pose", "examples": 0}
frame cup
expect usb {"event": "pose"}
expect led green
usb> {"do": "learn", "name": "pen", "id": 3}
expect usb {"event": "refused", "code": "mode", "id": 3}
usb> *mode pose
expect usb {"event": "set", "name": "mode", "value": "pose"}
usb> *status
expect usb {"event": "status", "mode": "pose"}
usb> rubbish
expect usb {"event": "refused", "code": "line"}
usb> rubbish
card pen
expect usb {"event": "refused", "code": "mode"}
card *mode things
expect usb {"event": "set", "name": "mode", "value": "things"}
expect usb {"event": "ready", "examples": 1}
frame cup
expect seen cup
"""
    )
    found = [one["points"] for one in said if one["event"] == "pose" and one["points"]]
    assert sum(one.get("code") == "line" for one in said) == 1, "an echo gets no second answer"
    assert found and all(len(points) == 17 and all(score > 20 for _, _, score in points) for points in found)


def test_nobody_is_said_once_and_the_skeleton_is_on_the_screen(run):
    said, stage = run(
        TO_BODIES
        + "expect usb {'event': 'pose'}\nshot there.png\n".replace("'", '"')
        + "frame dark desk\nwait 10 frames\nshot gone.png\n"
    )
    poses = [bool(one["points"]) for one in said if one["event"] == "pose"]
    assert poses.count(False) == 1 and not poses[-1] and poses[0]
    there, gone = (np.asarray(shot.screen) for shot in stage.shots)
    assert (there > 240).all(axis=2).sum() > (gone > 240).all(axis=2).sum() + 20, "white points"


def test_it_outlasts_the_power_and_speaks_japanese(run):
    _, stage = run(
        TO_BODIES
        + """cut
boot
expect usb {"event": "ready", "mode": "pose"}
expect screen ボタン長押し：物にもどる
hold A 900ms
expect usb {"event": "set", "name": "mode", "value": "things"}
expect usb {"event": "ready", "examples": 0}
"""
    )
    assert not (stage.board.world.flash.files.keys() & {constants.POSE_FILE})


def test_a_camera_that_hangs_upside_down(run):
    """It sees the same, one cell of the map away at most."""
    look = """usb> *mode pose
expect usb {"event": "ready", "mode": "pose"}
frame cup
expect usb {"event": "pose"}
usb> *mode things
expect usb {"event": "ready"}
"""
    upright, _ = run("pose pose.kmodel" + START + look)
    turned, _ = run("pose pose.kmodel\nmount 180" + START + "usb> *turn 180\nexpect usb {\"event\": \"set\"}\n" + look)
    places = [
        np.median([one["points"] for one in said if one.get("points")], axis=(0, 1))[:2] for said in (upright, turned)
    ]
    assert np.abs(places[0] - places[1]).max() <= 16


@pytest.mark.parametrize("setting", ["", "pose none.kmodel"])
def test_without_a_model_nothing_changes(run, setting):
    said, stage = run(
        setting
        + START
        + """usb> *language ja
usb> *mode pose
expect usb {"event": "refused", "code": "model", "text": "No pose model: madeleine setup --with pose"}
expect screen 姿勢のモデルがありません。
usb> *status
expect usb {"event": "status"}
usb> *mode things
expect usb {"event": "set", "name": "mode", "value": "things"}
"""
    )
    assert [one["event"] for one in said].count("ready") == 1
    assert constants.POSE_FILE not in stage.board.world.flash.files


@pytest.mark.parametrize("setting", ["", "pose other.kmodel\n"])
def test_a_model_that_has_gone_or_is_another_one_ends_the_mode(run, setting):
    run(TO_BODIES)
    _, stage = run(
        setting
        + """boot
expect usb Madeleine: No pose model: madeleine setup --with pose
expect screen No pose model: madeleine
"""
    )
    assert constants.POSE_FILE not in stage.board.world.flash.files
    said, _ = run('boot\nexpect usb {"event": "ready", "examples": 0}\n')
    assert "mode" not in said[-1]


def test_a_full_flash_is_said_and_nothing_changes(run):
    said, _ = run(
        "pose pose.kmodel"
        + START
        + """fill 10
usb> *mode pose
expect usb {"event": "error", "code": "write"}
"""
    )
    assert [one["event"] for one in said].count("ready") == 1


def test_the_grove_port_says_poses_and_answers(run):
    said, stage = run(
        TO_BODIES
        + """frame cup
expect usb {"event": "pose"}
grove> {"do": "status", "id": 8}
expect usb {"event": "status"}
grove> hello
grove> *learn cup
grove> *mode things
wait 4 frames
frame dark desk
wait 10 frames
usb> *status
expect usb {"event": "status"}
"""
    )
    heard = [json.loads(text[:-2]) for text in stage.heard_on_grove if text.startswith("{")]
    poses = [one["points"] for one in said if one["event"] == "pose"]
    assert poses and [one["points"] for one in heard if one["event"] == "pose"] == poses
    assert [one["mode"] for one in heard if one["event"] == "status" and one["id"] == 8] == ["pose"]
    assert [one["code"] for one in heard if one["event"] == "refused"] == ["mode", "usb"]
    assert [one["event"] for one in said].count("status") == 2, "USB hears of what Grove asked for"
    assert not any("id" in one for one in said if one["event"] == "status")


def test_a_huskylens_stays_one(run):
    """The knock of a client, and how many blocks there are: none of nobody, then one a point."""
    said, stage = run(
        "pose pose.kmodel"
        + START
        + """usb> *link husky
expect usb {"event": "set"}
usb> *mode pose
expect usb {"event": "ready", "mode": "pose"}
frame cup
expect usb {"event": "pose"}
"""
    )
    assert any(one["event"] == "pose" for one in said)
    assert stage.heard_on_grove == []


def test_the_battery_is_watched(run):
    said, _ = run(
        TO_BODIES
        + """charger off
battery 3450
wait 200 frames
expect usb {"event": "battery", "level": "low"}
battery 3250
wait 60 frames
expect usb {"event": "battery", "level": "empty"}
expect screen 充電してください
hold A 900ms
expect usb {"event": "error", "code": "battery"}
charger on
wait 20 frames
expect usb {"event": "battery", "level": "low"}
expect screen ボタン長押し：物にもどる
usb> *mode things
expect usb {"event": "set", "name": "mode", "value": "things"}
"""
    )
    assert [one["level"] for one in said if one["event"] == "battery"][:3] == ["low", "empty", "low"]
