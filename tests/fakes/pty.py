"""The board's end of a cable: a pseudo terminal whose other end the host opens by its name, `device`."""

from __future__ import annotations

import os
import pty
import select
import threading
import tty


class PtyEnd:
    """`read` and `write` are a board's; `stop` ends a waiting `read`; `unplug` pulls the cable."""

    def __init__(self) -> None:
        self.master, self._slave = pty.openpty()  # the slave is kept open: else the pty ends when the host closes it
        tty.setraw(self.master)
        tty.setraw(self._slave)
        self.device = os.ttyname(self._slave)
        self.plugged = True
        self._wake, self._waker = os.pipe()
        self._lock = threading.Lock()

    def read(self, wait_s: float | None = None) -> bytes | None:
        """What the host has sent; b"" if nothing came in the time (None: for ever), None after `stop`."""
        ready, _, _ = select.select([self.master, self._wake], [], [], wait_s)
        if self.master in ready:
            return os.read(self.master, 65536)
        return None if ready else b""

    def write(self, data: bytes) -> None:
        """The board speaks."""
        os.write(self.master, data)

    def stop(self) -> None:
        """What was sent is still read, then `read` gives None."""
        with self._lock:  # the test and the board's thread may both end it
            waker, self._waker = self._waker, -1
        if waker >= 0:
            os.close(waker)

    def unplug(self) -> None:
        """The host sees that the cable is pulled."""
        self.stop()
        with self._lock:
            plugged, self.plugged = self.plugged, False
        if plugged:
            for end in (self._slave, self.master, self._wake):
                os.close(end)
