"""Writes to the board's flash, or erases it: with an end to every wait, and a sentence for every failure."""

import multiprocessing
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from madeleine.board.flash.package import Part, pack
from madeleine.board.flash.reasons import explain
from madeleine.board.flash.worker import Done, Event, Failure, Job, Phase, work
from madeleine.camera.serial_port import SerialLine
from madeleine.errors import ToolError

FRAME_BYTES = 65536 + 18  # kflash's largest, with header and ends
# The longest a phase may go without news. kflash itself gives up connecting after 48 s and a step of START after 34 s.
# The loader answers every KB; a W25Q128 erases 16 MB within 200 s and a block of 64 KB within 2 s (its data sheet).
PATIENCE_S: Mapping[Phase, float] = {
    Phase.CONNECT: 60,
    Phase.LOADER: 10,
    Phase.START: 40,
    Phase.ERASE: 300,
    Phase.WRITE: 20,
    Phase.RESTART: 5,
}


@dataclass(frozen=True)
class Line:
    """How the board is reached: the port, the speed, and kflash's word for the wiring (None: all are tried)."""

    port: str
    baud: int
    board: str | None


Show = Callable[[Event], Any]


def write(parts: Sequence[Part], line: Line, show: Show, patience_s: Mapping[Phase, float] = PATIENCE_S) -> bool:
    """Writes the parts; False if the board did not restart by itself. ToolError unless it acknowledged every byte."""
    with tempfile.TemporaryDirectory(prefix="madeleine-") as folder:
        package = Path(folder) / "flash.kfpkg"
        package.write_bytes(pack(parts))
        return _burn(Job(line.port, line.baud, line.board, package), show, patience_s)


def erase(line: Line, show: Show, patience_s: Mapping[Phase, float] = PATIENCE_S) -> None:
    """Erases the whole flash; ToolError unless the board says it has."""
    _burn(Job(line.port, line.baud, line.board, None), show, patience_s)


def _burn(job: Job, show: Show, patience_s: Mapping[Phase, float]) -> bool:
    SerialLine(job.port).close()  # says what is wrong with the port, and leaves the board alone
    context = multiprocessing.get_context("spawn")  # the same on every system
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(there, job), daemon=True)
    process.start()
    there.close()
    try:
        return _follow(here, job, show, patience_s)
    finally:
        process.kill()
        process.join()
        here.close()


def _follow(connection: "Connection[Any, Event]", job: Job, show: Show, patience_s: Mapping[Phase, float]) -> bool:
    """Passes on what the process says until it is done (True) or all but the restart is (False)."""
    phase = Phase.CONNECT
    while True:
        event = _next(connection, patience_s[phase] + FRAME_BYTES * 10 / job.baud)
        if isinstance(event, Failure):
            if phase is Phase.RESTART:
                return False
            raise ToolError(explain(phase, event, job))
        show(event)
        if isinstance(event, Done):
            return True
        if isinstance(event, Phase):
            phase = event


def _next(connection: "Connection[Any, Event]", patience_s: float) -> Event:
    if not connection.poll(patience_s):
        return Failure("Silence", f"nothing for {patience_s:.0f} s")
    try:
        return connection.recv()
    except EOFError:
        return Failure("Ended", "the writing process has ended")
