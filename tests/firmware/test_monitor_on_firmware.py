"""The monitor on the real firmware in the K210 emulator: the app running, stopped, and running again.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import os
import time
from collections.abc import Callable

import pytest
from k210 import Emulator
from madeleine.monitor.cable import STATUS, CableSource
from madeleine.monitor.state import State

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import firmware, installed, photo
from tests.firmware.pty_board import plugged_in

pytestmark = pytest.mark.timeout(1800)

WALL_S = 600


def watch(items, state: State, until: Callable[[], bool]) -> None:
    end = time.monotonic() + WALL_S
    for item in items:
        state.take(item)
        if until():
            return
        assert time.monotonic() < end, f"{state.connection}; {state.last_other}; {list(state.history)[-5:]}"


def test_running_and_stopped() -> None:
    emulator = Emulator(firmware())
    emulator.flash_write(0, installed())
    emulator.inject_frame(photo("singles", "cat", "0.jpg"))
    with plugged_in(emulator) as board:
        source, state = CableSource(board.device), State()
        items = source.items()
        watch(items, state, lambda: state.capacity is not None)
        assert (state.app != "", state.board, state.examples, state.limit) == (True, "M5StickV", 0, 200)
        host = os.open(board.device, os.O_WRONLY | os.O_NOCTTY)
        os.write(host, b'{"do": "learn", "name": "cat"}\n')
        watch(items, state, lambda: state.answer == "cat")
        assert state.distance is not None
        os.write(host, b"\x03")
        watch(items, state, lambda: "KeyboardInterrupt" in state.last_other)
        os.write(host, STATUS)  # the monitor's heartbeat, without the wait for it
        watch(items, state, lambda: state.at_prompt)
        assert "the app is not running" in state.connection
        os.write(host, b"import machine;machine.reset()\r")
        assert state.answer == ""
        watch(items, state, lambda: state.answer_known)
        assert state.history[-1].text == "Madeleine has started"
        watch(items, state, lambda: state.answer == "cat")
        os.close(host)
        source.close()
