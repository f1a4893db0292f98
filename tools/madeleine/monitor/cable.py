"""The lines of a camera on a cable, for ever: it comes back by itself when the cable does."""

import contextlib
import time
from collections.abc import Callable, Iterator

from madeleine.camera.ports import Port, PortError, candidates, find_port
from madeleine.camera.serial_port import LineError, LineLost, NoSuchPort
from madeleine.camera.usb import Board
from madeleine.monitor.items import TICK_S, Cable, Heard, Item, Linked, Tick
from madeleine.monitor.words import Dialect, read

RETRY_S = 1.0
HEARTBEAT_S = 30.0  # asks the app for its state: is it alive, how full is the battery
# The first \r ends what another program left. The app takes \n as well, the firmware's prompt only \r (v0.5.0_9): it
# answers with ">>> " at the start of a line, and that tells that the app is not running.
STATUS = b'\r{"do": "status"}\r'
VECTORS = b'\r{"do": "watch", "every": %d, "what": ["vector"]}\r'  # 0: no more


class CableSource:
    """What comes from a camera, and what becomes of the cable."""

    def __init__(self, wanted: str | None, retry_s: float = RETRY_S, vectors: int = 0) -> None:
        """Waits later for a camera that is missing; ToolError when somebody has to do something first.

        vectors: asks for the vector of every so manieth frame; 0: for none.
        """
        self._wanted = wanted
        self._vectors = vectors
        self._retry_s = retry_s
        self._port: Port | None = None
        self._board: Board | None = None
        self._trouble = ""
        try:
            self._board = self._open(ask=None)
        except NoSuchPort as error:
            self._trouble = str(error)
        except PortError as error:
            if candidates():
                raise
            self._trouble = str(error)

    def items(self) -> Iterator[Item]:
        """Everything that happens; ends never."""
        while True:
            if self._board is None:
                yield Linked(time.time(), Cable.WAITING, self._trouble)
                yield from self._pause()
                try:
                    self._board = self._open(ask=_nobody)
                except (LineError, PortError) as error:
                    self._trouble = str(error)
                continue
            yield Linked(time.time(), Cable.CONNECTED, self._board.line.device)
            try:
                yield from self._listen(self._board)
            except LineLost as error:
                self._trouble = str(error)
                self.close()
                yield Linked(time.time(), Cable.LOST, self._trouble)

    def close(self) -> None:
        """Closes the port; the camera goes on."""
        if self._board is not None:
            if self._vectors:
                with contextlib.suppress(LineLost):
                    self._board.line.write(VECTORS % 0)
            self._board.close()
            self._board = None

    def _open(self, ask: Callable[[str], str] | None) -> Board:
        self._port = self._find(ask)
        return Board.open(self._port)

    def _find(self, ask: Callable[[str], str] | None) -> Port:
        """The camera we had, wherever it is plugged now, or else one as `find_port` finds it."""
        serial_number = self._port.serial_number if self._port else ""
        for port in candidates() if serial_number else ():
            if port.serial_number == serial_number:
                return port
        return find_port(self._wanted, ask)

    def _pause(self) -> Iterator[Item]:
        end = time.monotonic() + self._retry_s
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(TICK_S, left))
            yield Tick(time.time())

    def _listen(self, board: Board) -> Iterator[Item]:
        self._ask(board)
        asked_s, madeleine = time.monotonic(), False
        while True:
            for line in board.lines(TICK_S):
                said = read(line)
                madeleine = madeleine if said is None else said.dialect is Dialect.MADELEINE
                yield Heard(time.time(), line)
            yield Tick(time.time())
            if madeleine and time.monotonic() - asked_s > HEARTBEAT_S:
                self._ask(board)
                asked_s = time.monotonic()

    def _ask(self, board: Board) -> None:
        """For the state; and for vectors, again and again, as a start of the camera ends them."""
        board.line.write(STATUS)
        if self._vectors:
            board.line.write(VECTORS % self._vectors)


def _nobody(_: str) -> str:
    """Nobody can be asked while a view has the terminal."""
    raise PortError("several cameras: unplug all but one, or start again with --port")
