"""The console of the board: what the firmware prints, what is typed, programs and files by its raw prompt."""

import time

from .board import Board
from .errors import EmuError, EmuTimeout

PROMPT, INTERRUPT, SOFT_BREAK = b">>> ", b"\x03", b"\x04"
INIT_END = b"init end\r\n"  # after which the firmware waits 200 ms for a key
RAW, NOT_RAW, RAW_PROMPT = b"\x01", b"\x02", b"raw REPL; CTRL-B to exit\r\n>"
QUIET_MS = 20  # after an interrupt, until the prompt has said what it has to say
SHOWN_BYTES = 2000  # of the output, in an error
PIECE_BYTES = 256
WRITE_FILE = "_f.write({!r})"
READ_FILE = """import ubinascii
_f=open({!r},'rb')
while 1:
 _d=_f.read(256)
 if not _d: break
 print(ubinascii.hexlify(_d).decode())
_f.close()"""


class Console(Board):
    """A board with a terminal at its USB port. Waiting calls take `wall`, seconds of the host, and raise EmuTimeout."""

    _raw = False  # at the raw prompt
    _awaited: bytes | None = None  # output that stops the run

    def _add_devices(self) -> None:
        self.out = bytearray()  # printed and not yet taken
        super()._add_devices()

    def reset(self) -> None:
        """As the board's; the raw prompt is left."""
        super().reset()
        self._raw = False

    def _on_console(self, byte: int) -> None:
        self.out.append(byte)
        if self._awaited is not None and self.out.endswith(self._awaited):
            self.stop()

    def send(self, data: bytes | str) -> None:
        """Type something."""
        self.uarths.send(data.encode() if isinstance(data, str) else data)

    def take_output(self) -> bytes:
        """What was printed since the last call."""
        output = bytes(self.out)
        self.out.clear()
        return output

    def run_until(self, marker: bytes | str, wall: float = 60, max_instr: int | None = None) -> bytes:
        """Run until the marker is printed; all output up to it."""
        marker = marker.encode() if isinstance(marker, str) else marker
        at = self.out.find(marker)
        if at >= 0:
            output = bytes(self.out[: at + len(marker)])
            del self.out[: at + len(marker)]
            return output
        self._awaited = marker
        try:
            why = self.run(max_instr=max_instr, wall=wall)
        finally:
            self._awaited = None
        if why != "stop" or not self.out.endswith(marker):
            raise EmuTimeout(f"waited for {marker!r}, got {why}; the last output: {bytes(self.out[-SHOWN_BYTES:])!r}")
        return self.take_output()

    def run_to_repl(self, wall: float = 120, interrupt: bool = False) -> bytes:
        """Run to the prompt; what was printed. `interrupt` types Ctrl-C in time to keep boot.py from running."""
        if not interrupt:
            return self.run_until(PROMPT, wall)
        printed = self.run_until(INIT_END, wall)
        self.send(INTERRUPT)
        return printed + self.run_until(PROMPT, wall)

    # -- the raw prompt --------------------------------------------------------------------------------------------

    def enter_raw(self, wall: float = 60) -> None:
        """From the prompt or a running program to the raw prompt."""
        self.take_output()
        self.send(b"\r" + INTERRUPT * 2)
        self.run_for(ms=QUIET_MS, wall=wall)
        self.take_output()
        self.send(RAW)
        self.run_until(RAW_PROMPT, wall)
        self._raw = True

    def exit_raw(self, wall: float = 60) -> bytes:
        """Back to the friendly prompt."""
        self.send(NOT_RAW)
        self._raw = False
        return self.run_until(PROMPT, wall)

    def exec(self, code: bytes | str, wall: float = 120, check: bool = True) -> str:
        """Run Python at the raw prompt; what it prints. EmuError with the traceback unless `check` is false."""
        if not self._raw:
            self.enter_raw()
        self.take_output()
        self.send((code.encode() if isinstance(code, str) else code) + SOFT_BREAK)
        deadline = time.monotonic() + wall
        try:
            self.run_until(b"OK", wall)
            printed = self.run_until(SOFT_BREAK, deadline - time.monotonic())[:-1]
            error = self.run_until(SOFT_BREAK, deadline - time.monotonic())[:-1]
            self.run_until(b">", deadline - time.monotonic())
        except EmuTimeout:
            self._raw = False  # the next call interrupts and starts over
            self.uarths.waiting.clear()
            raise
        if error and check:
            raise EmuError((printed + error).decode("utf-8", "replace"))
        return (printed + error).decode("utf-8", "replace").replace("\r\n", "\n")

    def put_file(self, path: str, data: bytes | str, wall: float = 300) -> None:
        """Write a file of the board by its prompt."""
        data = data.encode() if isinstance(data, str) else data
        self.exec(f"_f=open({path!r},'wb')", wall)
        for at in range(0, len(data), PIECE_BYTES):
            self.exec(WRITE_FILE.format(data[at : at + PIECE_BYTES]), wall)
        self.exec("_f.close()", wall)

    def get_file(self, path: str, wall: float = 300) -> bytes:
        """Read a file of the board by its prompt."""
        return bytes.fromhex("".join(self.exec(READ_FILE.format(path), wall).split()))
