"""A thing at the left, in the middle and at the right: the camera says where, within one cell of the map."""

import json
from pathlib import Path

import pytest
from madeleine.device import heat
from madeleine.sim.scenario.stage import play_file
from madeleine.sim.scenes import PLACES

MIDDLE_PX = 112
LESSON = """
model madeleine
expect usb {"event": "ready"}
frame %s
wait 5 frames
usb> {"do": "learn", "name": "it"}
expect usb {"event": "learned"}
usb> *limit 250
usb> *where on
"""
LOOK = """
frame desk
expect nothing
frame %s %s
expect seen it
"""


@pytest.mark.parametrize("name", ["cup", "ball", "leaf"])
def test_centre_and_box(name: str, tmp_path: Path) -> None:
    script = tmp_path / "where.txt"
    script.write_text(LESSON % name + "".join(LOOK % (name, place) for place in PLACES))
    runner, _ = play_file(script)
    said = [json.loads(line.removeprefix("usb ")) for line in runner.transcript if '"box"' in line]
    assert len(said) == len(PLACES)
    for seen, middle in zip(said, PLACES.values(), strict=True):
        x, y, width, height = seen["box"]
        assert seen["event"] == "seen" and seen["name"] == "it"
        assert abs(seen["centre"][0] - middle) <= heat.CELL_PX and abs(seen["centre"][1] - MIDDLE_PX) <= heat.CELL_PX
        assert x < middle < x + width and y < MIDDLE_PX < y + height
