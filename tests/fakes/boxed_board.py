"""A camera out of its box, on one pseudo terminal: a boot ROM, and after its restart what was written."""

import os
import select
from collections.abc import Callable, Sequence

from tests.fakes.fake_rom import RESTART, FakeBoard, Lie

Turn = Callable[[bytes], bytes | None]


class BoxedBoard(FakeBoard):
    """`wake(flash)` gives what starts after the restart: called with what the host sends, gives what the board says.

    None unplugs the cable. It is called with b"" all the time if it is `busy` by itself, as an emulator is.
    """

    def __init__(self, wake: Callable[[bytes], Turn], is_busy: bool = False, lies: Sequence[Lie] = ()) -> None:
        super().__init__(lies)
        self._wake = wake
        self._pause_s = 0 if is_busy else None

    def run(self) -> None:
        super().run()  # ends at the restart, or when the test does
        if not self.restarts or self._master < 0:
            return
        os.read(self._stop_read, 1)
        try:
            self._go_on(self._wake(bytes(self.flash)))
        except BaseException:
            self._unplug()  # the host would wait for long
            raise

    def _go_on(self, turn: Turn) -> None:
        while True:
            ready, _, _ = select.select([self._master, self._stop_read], [], [], self._pause_s)
            if self._stop_read in ready:
                return
            said = turn(os.read(self._master, 4096) if ready else b"")
            if said is None:
                self._unplug()
                return
            self._send(said)

    def _loader(self, command: int, frame: bytes) -> None:
        super()._loader(command, frame)
        if command == RESTART:
            os.write(self._stop_write, b"x")
