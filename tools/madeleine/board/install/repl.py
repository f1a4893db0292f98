"""Python at the firmware's prompt: mpremote's transport on a line that is already open, with an end to every wait."""

import contextlib
import json
import time
from typing import Any

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from madeleine.camera.fields import Nonsense, texts_of
from madeleine.camera.serial_port import LineError
from madeleine.camera.usb import CTRL_B, CTRL_C, Board
from madeleine.errors import ToolError

COMMAND_S = 60.0  # the longest a command may take: SPIFFS makes room before it writes
ANSWER_MOST_BYTES = 1 << 16  # of one command; the names of all files that SPIFFS holds are less
ENTER_S = 10.0
ANSWER_S = 1.0
READ_S = 0.1
CHUNK_BYTES, CHUNK_S = 256, 0.01  # the board takes 2048 bytes before it looks at them
CTRL_A, CTRL_D = b"\x01", b"\x04"
BANNER = b"raw REPL; CTRL-B to exit\r\n"
RESET = b"import machine;machine.reset()\r\n"


class ReplError(ToolError):
    """The prompt did not do what it was told."""


class CommandFailed(ReplError):
    """The board's Python raised; the message is the last line of its traceback."""


class Repl(SerialTransport):  # type: ignore[misc]  # mpremote has no types
    """The raw prompt of a board whose program has been interrupted.

    mpremote opens a port with DTR and RTS up, which restarts the board, and starts with a soft reset, from which a
    program in boot.py may not come back: so the line is ours, and entering the prompt, too.
    """

    def __init__(self, board: Board) -> None:
        """Stops what runs and enters the raw prompt; ReplError or NoAnswer when it does not come."""
        self.in_raw_repl = False
        self.device_name = board.line.device
        self.is_pty = False
        self.serial = board.line.serial
        self._board = board
        board.interrupt()
        self.serial.timeout = READ_S
        try:
            self._enter()
        except (OSError, TransportError) as error:
            raise self._failed(error) from error

    def _enter(self) -> None:
        """Ctrl-A until the banner comes: this firmware loses one right behind a Ctrl-C, where mpremote has it."""
        end = time.monotonic() + ENTER_S
        while not self.in_raw_repl:
            if time.monotonic() > end:
                raise TransportError("no raw prompt")
            self.serial.write(CTRL_A)
            self.in_raw_repl = self.read_until(1, BANNER, timeout=ANSWER_S).endswith(BANNER)

    def exec_raw_no_follow(self, command: str) -> None:
        """Sends a command; more than one banner may have come before, and this firmware knows no raw paste."""
        code = command.encode()
        for start in range(0, len(code), CHUNK_BYTES):
            self.serial.write(code[start : start + CHUNK_BYTES])
            time.sleep(CHUNK_S)
        self.serial.write(CTRL_D)
        if not self.read_until(1, b"OK", timeout=COMMAND_S).endswith(b"OK"):
            raise TransportError("a command was not taken")

    def read_until(self, _: int, ending: bytes, timeout: float = ANSWER_S, **__: Any) -> bytes:
        """What comes, up to `ending` or for `timeout` seconds in all; TransportError for more than an answer can be."""
        end = time.monotonic() + timeout
        data = bytearray()
        while not data.endswith(ending) and time.monotonic() < end:
            data += self.serial.read(1)
            if len(data) > ANSWER_MOST_BYTES:
                raise TransportError(f"more than {ANSWER_MOST_BYTES} bytes came")
        return bytes(data)

    def run(self, code: str) -> str:
        """Runs code and returns the last line that it prints: v0.4.0 says "kpu_net __del__" when memory is collected.

        CommandFailed when it raises, ReplError when the line fails.
        """
        try:
            out, traceback = self.exec_raw(code, timeout=COMMAND_S)
        except (OSError, TransportError, TransportExecError) as error:
            raise self._failed(error) from error
        if traceback:
            raise CommandFailed(f"{self.device_name}: the camera says {_last_line(traceback) or 'that it failed'}")
        return _last_line(out)

    def value(self, code: str) -> Any:
        """Runs code that prints a value as JSON; Nonsense when it is none."""
        try:
            return json.loads(self.run(code))
        except (ValueError, RecursionError) as error:
            raise Nonsense("it is not JSON") from error

    def texts(self, code: str) -> list[str]:
        """Runs code that prints a list of texts as JSON; Nonsense when it is none."""
        return texts_of(self.value(code), "what was asked for")

    def restart(self) -> None:
        """Back to the friendly prompt, and from there a restart, whatever was going on; without a cable nothing."""
        with contextlib.suppress(LineError):
            self._board.line.write(CTRL_C + CTRL_B)
            self._board.line.write(RESET)

    def _failed(self, error: Exception) -> ReplError:
        return ReplError(
            f"{self.device_name}: the prompt does not answer ({error}): check the cable and run this again"
        )


def _last_line(data: bytes) -> str:
    lines = data.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""
