"""`madeleine setup` from the box to the first object: boot ROM, the real firmware that was written, the app.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import os
import re

import pytest
from madeleine.sim.scenes import scene

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.emulated import EmulatedBoard, Lesson, setup
from tests.firmware.harness import WALL_S
from tests.firmware.prompt import MODEL

pytestmark = pytest.mark.timeout(3600)


def test_from_the_box_to_the_first_object(monkeypatch):
    monkeypatch.delenv("MADELEINE_PORT", raising=False)
    with EmulatedBoard(scene("desk")) as board:
        code, said = setup(board, "--firmware", os.environ["MAIXPY_FIRMWARE"], "--model", str(MODEL), "--name", "机 1")
    assert code == 0
    assert 'is ready: its screen says "press A to learn"' in said
    assert board.restarts == 1
    Lesson(board.emulator)
    board.emulator.reset()
    board.emulator.run_until(b'"event": "ready"', wall=WALL_S)
    said = board.emulator.run_until(b"}", wall=WALL_S).decode()
    assert re.search(r'"uid": "[0-9a-f]{8}", "friendly_name": "机 1"', said), "its id, and the name it was given"
