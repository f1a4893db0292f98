"""`madeleine setup` from the box to the first object: boot ROM, the real firmware that was written, the app.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import os

import pytest
from madeleine.sim.scenes import scene

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.emulated import EmulatedBoard, Lesson, setup
from tests.firmware.prompt import MODEL

pytestmark = pytest.mark.timeout(3600)


def test_from_the_box_to_the_first_object(monkeypatch):
    monkeypatch.delenv("MADELEINE_PORT", raising=False)
    with EmulatedBoard(scene("desk")) as board:
        code, said = setup(board, "--firmware", os.environ["MAIXPY_FIRMWARE"], "--model", str(MODEL))
    assert code == 0
    assert 'is ready: its screen says "press A to learn"' in said
    assert board.restarts == 1
    Lesson(board.emulator)
