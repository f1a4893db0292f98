"""The pose mode behind the page, with a small network that finds all points where it is bright."""

import pytest

from tests.web.conftest import opened, serving

pytest.importorskip("tflite", reason="the extra [tflite] is not installed")

from tests.pose.small_camera_model import small_camera_model


def test_it_looks_for_bodies_and_for_things_again():
    with serving(pose=small_camera_model()) as served, opened(served) as tab:
        tab.show("cup")
        tab.press("A")
        tab.until("learned")
        tab.say(do="usb", line="*mode pose")
        assert len(tab.hears("pose")["points"]) == 17
        turn = tab.until("turn", lambda turn: turn["asks"] == "pose")
        assert (turn["seen"], turn["distances"]) == (None, [])
        tab.show("pen")
        tab.say(do="button", name="B", down=True)
        assert tab.hears("ready")["examples"] == 1
        tab.say(do="button", name="B", down=False)
        tab.show("cup")
        assert tab.until("turn", lambda turn: turn["seen"])["asks"] is None
