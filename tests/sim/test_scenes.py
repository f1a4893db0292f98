"""The drawn pictures: same seed, same pixels; the cards can be read."""

import numpy as np
import pytest
import zxingcpp
from madeleine.errors import ToolError
from madeleine.sim import scenes


@pytest.mark.parametrize("name", [*scenes.OBJECTS, "glass 40"])
def test_a_scene_is_the_same_each_time_and_differs_a_little_by_seed(name):
    first, again, other = scenes.scene(name, 1), scenes.scene(name, 1), scenes.scene(name, 2)
    assert first.shape == (224, 224, 3) and first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert 0 < np.abs(first.astype(int) - other).mean() < 20


def test_the_objects_differ_from_each_other():
    pictures = [scenes.scene(name).astype(int) for name in scenes.OBJECTS]
    for i, one in enumerate(pictures):
        assert all(np.abs(one - other).mean() > 8 for other in pictures[:i])


PAYLOADS = ("cup", "*exclude", '{"move": [1, 2, 3]}', "x" * 2048, "葉っぱ", b"\xff\xfe\x80", "a\x01b\n")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_card_can_be_read_as_the_camera_sees_it(payload):
    seen = scenes.card(payload, scenes.scene("cup"), seed=4) & np.array([0xF8, 0xFC, 0xF8], np.uint8)
    expected = payload if isinstance(payload, bytes) else payload.encode()
    assert [code.bytes for code in zxingcpp.read_barcodes(seen)] == [expected]


def test_holding_a_card_leaves_the_picture_behind_it_alone():
    behind = scenes.scene("cup")
    before = behind.copy()
    scenes.card("x", behind)
    assert np.array_equal(behind, before)


def test_errors_name_what_is_wrong():
    with pytest.raises(ToolError, match="no scene is called 'dog'"):
        scenes.scene("dog")
