"""A board of our own making on a pty: answers what it is told to answer."""

import contextlib
import threading
from collections.abc import Callable, Iterator

from tests.fakes.pty import PtyEnd

Answer = Callable[[bytes], bytes | None]


class FakeBoard(threading.Thread):
    """`answer(data)` gets what the host sends and gives what the board says to it; None unplugs the cable."""

    def __init__(self, answer: Answer, greeting: bytes = b"") -> None:
        super().__init__(daemon=True)
        self._cable = PtyEnd()
        self._answer = answer
        self.device = self._cable.device
        self.heard = b""
        if greeting:
            self.say(greeting)

    def say(self, data: bytes) -> None:
        """The board speaks without having been asked."""
        self._cable.write(data)

    def run(self) -> None:
        while (data := self._cable.read()) is not None:
            self.heard += data
            said = self._answer(data)
            if said is None:
                break
            self.say(said)
        self._cable.unplug()

    def unplug(self) -> None:
        """Hears what was sent, and ends; the host sees that the cable is pulled."""
        self._cable.stop()
        self.join(10)


@contextlib.contextmanager
def fake_board(answer: Answer, greeting: bytes = b"") -> Iterator[FakeBoard]:
    """A FakeBoard that is gone afterwards."""
    board = FakeBoard(answer, greeting)
    board.start()
    try:
        yield board
    finally:
        board.unplug()
