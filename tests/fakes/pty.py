"""The board's end of a cable: a pseudo terminal whose other end the host opens by its name, `device`."""

from __future__ import annotations

import os
import pty
import select
import threading
import tty

END = b"\x00no more comes\x00"  # sent after all that the host has sent: a pty hands over later than a pipe


class PtyEnd:
    """`read` and `write` are a board's; `stop` ends a waiting `read`; `unplug` pulls the cable."""

    def __init__(self) -> None:
        self.master, self._slave = pty.openpty()  # the slave is kept open: else the pty ends when the host closes it
        tty.setraw(self.master)
        tty.setraw(self._slave)
        self.device = os.ttyname(self._slave)
        self.plugged = True
        self._stopped = self._over = False
        self._lock = threading.Lock()

    def read(self, wait_s: float | None = None) -> bytes | None:
        """What the host has sent; b"" if nothing came in the time (None: for ever), None after `stop`."""
        if self._over:
            return None
        data = b""
        while select.select([self.master], [], [], 0 if data else wait_s)[0]:
            data += os.read(self.master, 65536)
        self._over = data.endswith(END)
        return data.removesuffix(END) if data != END else None

    def write(self, data: bytes) -> None:
        """The board speaks."""
        os.write(self.master, data)

    def stop(self) -> None:
        """What was sent is still read, then `read` gives None."""
        with self._lock:  # the test and the board's thread may both end it
            if self.plugged and not self._stopped:
                os.write(self._slave, END)
            self._stopped = True

    def unplug(self) -> None:
        """The host sees that the cable is pulled."""
        with self._lock:
            plugged, self.plugged = self.plugged, False
        if plugged:
            os.close(self._slave)
            os.close(self.master)
