"""Python at the firmware's prompt: mpremote's transport on a line that is already open, with an end to every wait."""

import contextlib

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from madeleine.errors import ToolError
from madeleine.serial_line import LineError
from madeleine.usb import CTRL_B, CTRL_C, Board

QUIET_S = 60.0  # the longest a command may say nothing: SPIFFS makes room before it writes
ENTER_S = 5.0
CTRL_A = b"\x01"
BANNER = b"raw REPL; CTRL-B to exit\r\n"
RESET = b"import machine;machine.reset()\r\n"


class ReplError(ToolError):
    """The prompt did not do what it was told."""


class CommandFailed(ReplError):
    """The board's Python raised; the message is the last line of its traceback."""


class Repl(SerialTransport):  # type: ignore[misc]  # mpremote has no types
    """The raw prompt of a board whose program has been interrupted.

    mpremote opens a port with DTR and RTS up, which restarts the board, and starts with a soft reset, from which an app
    in boot.py does not come back: neither is used here.
    """

    def __init__(self, board: Board, quiet_s: float = QUIET_S) -> None:
        """Stops what runs and enters the raw prompt; ReplError or NoAnswer when it does not come."""
        self.in_raw_repl = False
        self.use_raw_paste = False  # MicroPython 1.11 has none
        self.mounted = False
        self.device_name = board.line.device
        self.is_pty = False
        self.serial = board.line.serial
        self._board = board
        self._quiet_s = quiet_s
        board.interrupt()
        self.serial.timeout = quiet_s
        try:
            self._enter()
        except (OSError, TransportError) as error:
            raise self._failed(error) from error

    def _enter(self) -> None:
        """Instead of mpremote's way in: this firmware loses a Ctrl-A that comes right behind a Ctrl-C."""
        self.serial.write(CTRL_A)
        if not self.read_until(1, BANNER, timeout=ENTER_S).endswith(BANNER):
            raise TransportError("no raw prompt")
        self.in_raw_repl = True

    def run(self, code: str) -> str:
        """Runs code and returns what it prints; CommandFailed when it raises, ReplError when the line fails."""
        try:
            out, traceback = self.exec_raw(code, timeout=self._quiet_s)
        except (OSError, TransportError, TransportExecError) as error:
            raise self._failed(error) from error
        if traceback:
            last = traceback.decode("utf-8", "replace").strip().splitlines()[-1]
            raise CommandFailed(f"{self.device_name}: the camera says {last}")
        return str(out.decode("utf-8", "replace"))

    def restart(self) -> None:
        """Back to the friendly prompt, and from there a restart, whatever was going on; without a cable nothing."""
        with contextlib.suppress(LineError):
            self._board.line.write(CTRL_C + CTRL_B)
            self._board.line.write(RESET)

    def _failed(self, error: Exception) -> ReplError:
        return ReplError(
            f"{self.device_name}: the prompt does not answer ({error}): check the cable and run this again"
        )
