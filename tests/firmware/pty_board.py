"""The real firmware behind a pty, as behind a cable: the emulator runs in a thread of its own."""

import contextlib
import math
import threading
from collections.abc import Iterator

from k210 import Emulator

from tests.fakes.pty import PtyEnd


class PtyBoard(threading.Thread):
    """Power is on from `start` to `off`; resets are carried out. `cut_power_after` as the emulator's."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(daemon=True)
        self.emulator = emulator
        self._cable = PtyEnd()
        self.device = self._cable.device
        self._slice_done = threading.Condition()
        self._on_s = 0.0  # by the board's clock; at the end for ever
        self.said = b""

    def run(self) -> None:
        try:
            while not self.emulator.power_lost and (heard := self._cable.read(0)) is not None:
                self._turn(heard)
        finally:
            with self._slice_done:
                self._on_s = math.inf
                self._slice_done.notify_all()
            self._cable.unplug()

    def _turn(self, heard: bytes) -> None:
        if heard:
            self.emulator.send(heard)
        self._run_slice()
        out = self.emulator.take_output()
        if out:
            self.said += out
            self._cable.write(out)

    def _run_slice(self) -> None:
        before = self.emulator.cycles
        self.emulator.run(wall=0.02)
        after = self.emulator.cycles
        with self._slice_done:
            self._on_s += (after - before if after >= before else after) / self.emulator.cpu_freq  # less: a reset
            self._slice_done.notify_all()

    def sleep(self, seconds: float) -> None:
        """For programs that rely on a pause: it lasts as long for the board as it would for a real one."""
        with self._slice_done:
            end_s = self._on_s + seconds
            self._slice_done.wait_for(lambda: self._on_s >= end_s)

    def off(self) -> None:
        """Switches the board off; the host sees that the cable is gone."""
        self._cable.stop()
        self.join()


@contextlib.contextmanager
def plugged_in(emulator: Emulator) -> Iterator[PtyBoard]:
    """The board on a pty until the block ends."""
    board = PtyBoard(emulator)
    board.start()
    try:
        yield board
    finally:
        board.off()
