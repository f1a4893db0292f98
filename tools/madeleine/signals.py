"""The signals that end this process: Ctrl-C, SIGTERM, SIGHUP. It imports next to nothing, to answer them soon."""

import os
import signal
from types import FrameType
from typing import Any

INTERRUPTED = 130  # the exit code of Ctrl-C
SIGNALS = ("SIGTERM", "SIGHUP")  # Windows has no SIGHUP


class Ended(BaseException):
    """A signal has asked this process to end; what is under way is tidied up on the way out."""


class Signals:
    """The signals of this process: one of SIGNALS raises `Ended`, and `received` is its number.

    Before `start` Ctrl-C ends the process on the spot: a KeyboardInterrupt among imports is lost, or becomes another
    error, when it meets the import machinery's own callbacks, and there is nothing to tidy up yet.
    """

    def __init__(self) -> None:
        self.received = 0
        self._process = os.getpid()
        signal.signal(signal.SIGINT, _leave)
        for name in SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores SIGHUP
                signal.signal(number, self._end)

    def _end(self, number: int, _: FrameType | None) -> Any:
        if os.getpid() != self._process:  # a child made by fork, which has no tidying up to do
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.received = number
        raise Ended

    def start(self) -> None:
        """From now on Ctrl-C is a KeyboardInterrupt."""
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def finish(self) -> None:
        """All that is left to do is to leave: Ctrl-C comes too late, and the other signals hurry it up."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for name in SIGNALS:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_DFL)


def _leave(_: int, __: FrameType | None) -> Any:
    try:
        os.write(2, b"madeleine: interrupted\n")
    finally:  # even when the terminal has gone
        os._exit(INTERRUPTED)
