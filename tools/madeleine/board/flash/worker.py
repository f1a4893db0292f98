"""kflash in a process of its own, which `burner` can end: says how far it is, and fails where kflash goes on.

kflash retries some things for ever, logs failures as warnings, and keeps its state in its class.
"""

import enum
import errno
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import kflash
import serial

from madeleine.board.flash.package import Part, read
from madeleine.board.flash.witness import Witness

NO_LINES = (errno.ENOTTY, errno.EINVAL)  # a pseudo terminal has neither DTR nor RTS


class Phase(enum.Enum):
    """How far it is."""

    CONNECT = "connecting"
    LOADER = "sending the loader"
    START = "starting the loader"
    ERASE = "erasing"
    WRITE = "writing"
    RESTART = "restarting"


@dataclass(frozen=True)
class Progress:
    """So much of a file is on its way."""

    name: str
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class Failure:
    """What kflash, or the guard around it, ended with."""

    kind: str
    text: str


class Done(enum.Enum):
    """Everything is done, and the board restarts."""

    RESTARTED = True


Event = Phase | Progress | Failure | Done
Report = Callable[[Event], Any]


@dataclass(frozen=True)
class Job:
    """One run of kflash. `board` is its word for how DTR and RTS are wired (None: all are tried); no package: erase."""

    port: str
    baud: int
    board: str | None
    package: Path | None


class Unproved(Exception):
    """The board has not acknowledged what it was to get."""


class Lost(Exception):
    """The port has failed; kflash may call it something else."""


# What kflash logs as it goes on, in its own spelling.
PHASES = {
    "Trying to Enter the ISP Mode": Phase.CONNECT,
    "Greeting Message Detected": Phase.LOADER,
    "Booting From": Phase.START,
    "Boot to Flashmode Successfully": Phase.START,
    "Initialization flash Successfully": Phase.START,
    "Extracting KFPKG": Phase.WRITE,
    "erase all": Phase.ERASE,
    "Rebooting...": Phase.RESTART,
}
# ... and what it logs where it has already spoilt the result: it sends the rest of the loader, or of the image, to the
# wrong address, or leaves a piece out.
SPOILT = ("Failed, retry", "receive data time out", "Data checksum error")


class WatchedPort(serial.Serial):
    """kflash's port: nobody else may open it, a witness reads along, missing control lines are no failure.

    It stays open until the process ends: kflash closes it at each timeout, and then repeats on a closed port.
    """

    def __init__(self, witness: Witness, **settings: Any) -> None:
        self._witness = witness
        super().__init__(exclusive=True, **settings)

    def read(self, size: int = 1) -> bytes:
        try:
            data: bytes = super().read(size)
        except OSError:
            self._witness.lost = True
            raise
        self._witness.received(data)
        return data

    def write(self, data: Any) -> int | None:
        self._witness.sent(bytes(data))
        try:
            return super().write(data)
        except OSError:
            self._witness.lost = True
            raise

    def close(self) -> None:
        pass

    def setDTR(self, value: bool = True) -> None:
        self._move("dtr", value)

    def setRTS(self, value: bool = True) -> None:
        self._move("rts", value)

    def _move(self, line: str, value: bool) -> None:
        try:
            setattr(self, line, value)
        except OSError as error:
            if error.errno not in NO_LINES:
                raise


def work(connection: "Connection[Event, Any]", job: Job) -> None:
    """The whole life of the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the burner, which ends this process
    witness = Witness()
    serial.Serial = partial(WatchedPort, witness)  # type: ignore[assignment, misc]  # kflash makes its port of this
    try:
        run(job, witness, connection.send)
    except Exception as error:  # kflash raises bare Exceptions
        connection.send(Failure(type(error).__name__, str(error)))


def run(job: Job, witness: Witness, report: Report) -> None:
    """Runs kflash once; raises what it raises, Unproved where it would go on or be content, Lost without a port."""
    parts = read(job.package) if job.package else []

    def log(*words: object, **_: object) -> None:
        text = " ".join(map(str, words))
        if any(mark in text for mark in SPOILT):
            raise Unproved(text)
        for mark, phase in PHASES.items():
            if mark in text:
                if phase is Phase.RESTART:
                    _prove(witness, parts)
                report(phase)

    def progress(name: str, done: int, total: int, _: str) -> None:
        report(Progress(name, done, total))

    try:
        _kflash(job, log, progress)
    except Exception as error:  # kflash raises bare Exceptions
        if witness.lost:
            raise Lost(str(error)) from error
        raise
    report(Done.RESTARTED)


def _kflash(job: Job, log: Callable[..., None], progress: Callable[[str, int, int, str], None]) -> None:
    kflash.KFlash.print_callback = staticmethod(log)  # the constructor's is ignored: kflash reads it from the class
    kflash.KFlash().process(
        terminal=False,
        dev=job.port,
        baudrate=job.baud,
        board=job.board,
        file=str(job.package) if job.package else "erase",
        callback=progress,
        noansi=True,
        addr="0",
        length="all",
    )


def _prove(witness: Witness, parts: list[Part]) -> None:
    for part in parts:
        proved = witness.proved_bytes(part)
        if proved != len(part.image()):
            raise Unproved(f"{part.name}: {proved} of {len(part.image())} bytes acknowledged")
