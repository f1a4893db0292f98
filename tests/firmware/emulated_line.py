"""A serial line to the real firmware on the emulator whose seconds are the board's: it runs while the host waits."""

from k210 import Emulator
from madeleine.camera import usb
from madeleine.examples import camera

SLICE_MS = 20  # between two looks at what the board has said
WALL_S = 600  # of the host, for one slice


class EmulatedLine:
    """In the place of camera.serial_port.SerialLine, and of the module time for those who wait for it."""

    device = "emulated"

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def read(self, timeout_s: float) -> bytes:
        """What has come, or b"" after so many seconds of the board."""
        end_s = self.monotonic() + timeout_s
        while not (said := self._emulator.take_output()) and self.monotonic() < end_s:
            self._emulator.run_for(ms=SLICE_MS, wall=WALL_S)
        return said

    def write(self, data: bytes) -> None:
        """Sends all of it, as fast as the board's serial port goes."""
        self._emulator.send(data)

    def close(self) -> None:
        """The board stands still until somebody reads again."""

    def monotonic(self) -> float:
        """Seconds since the board's start."""
        return self._emulator.cycles / self._emulator.cpu_freq


def plug_in(emulator: Emulator, monkeypatch) -> EmulatedLine:
    """The line that every command of the toolbox finds, whatever port it is given."""
    line = EmulatedLine(emulator)
    monkeypatch.setattr(usb, "time", line)
    monkeypatch.setattr(camera, "time", line)
    monkeypatch.setattr(usb.Board, "open", lambda port=None: usb.Board(line))
    return line
