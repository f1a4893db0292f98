"""A board of our own making at the other end of a pty: answers what it is told to answer."""

import contextlib
import os
import pty
import select
import threading
import tty
from collections.abc import Callable, Iterator

Answer = Callable[[bytes], bytes | None]


class FakeBoard(threading.Thread):
    """`answer(data)` gets what the host sends and gives what the board says to it; None unplugs the cable."""

    def __init__(self, answer: Answer, greeting: bytes = b"") -> None:
        super().__init__(daemon=True)
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        self.device = os.ttyname(slave)
        self._slave = slave  # kept open: without it the pty would be gone whenever the host closes
        self._answer = answer
        self._wake, self._end = os.pipe()
        self._unplugged = False
        self.heard = b""
        if greeting:
            self.say(greeting)

    def say(self, data: bytes) -> None:
        """The board speaks without having been asked."""
        os.write(self._master, data)

    def run(self) -> None:
        while True:
            ready, _, _ = select.select([self._master, self._wake], [], [])
            if self._master not in ready:
                break
            data = os.read(self._master, 4096)
            self.heard += data
            said = self._answer(data)
            if said is None:
                break
            self.say(said)
        os.close(self._slave)
        os.close(self._master)

    def unplug(self) -> None:
        """Hears what was sent, and ends; the host sees that the cable is pulled."""
        if not self._unplugged:
            self._unplugged = True
            os.close(self._end)
            self.join(10)
            os.close(self._wake)


@contextlib.contextmanager
def fake_board(answer: Answer, greeting: bytes = b"") -> Iterator[FakeBoard]:
    """A FakeBoard that is gone afterwards."""
    board = FakeBoard(answer, greeting)
    board.start()
    try:
        yield board
    finally:
        board.unplug()
