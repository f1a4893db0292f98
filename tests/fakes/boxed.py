"""A camera out of its box, on one pseudo terminal: a boot ROM, and after its restart what was written."""

from collections.abc import Callable, Sequence

from tests.fakes.rom import FakeRom, Lie

Turn = Callable[[bytes], bytes | None]


class BoxedBoard(FakeRom):
    """`wake(flash)` gives what starts after the restart: called with what the host sends, gives what the board says.

    None unplugs the cable. It is called with b"" all the time if it is `busy` by itself, as an emulator is.
    """

    def __init__(self, wake: Callable[[bytes], Turn], is_busy: bool = False, lies: Sequence[Lie] = ()) -> None:
        super().__init__(lies)
        self._wake = wake
        self._is_busy = is_busy
        self._turn: Turn | None = None  # of what has started

    def hear(self, data: bytes) -> None:
        if self._turn is None:
            super().hear(data)
            if self.restarts:
                self._turn = self._wake(bytes(self.flash))
                self.pause_s = 0 if self._is_busy else None
            return
        said = self._turn(data)
        if said is None:
            self.cable.unplug()
        else:
            self.cable.write(said)
