"""The firmware's prompt of a board with a flash of its own, for FakeBoard: runs what the host sends, over Storage."""

import binascii
import contextlib
import io
import json
import sys
import traceback
import zlib
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from madeleine.sim.storage import Storage

RAW_BANNER = b"raw REPL; CTRL-B to exit\r\n>"
FRIENDLY = b"MicroPython v0.5.0-9\r\n>>> "


class Restarted(BaseException):
    """machine.reset()"""


class FakeBoardModules:
    """What the board's half of the installer imports, over one Storage."""

    def __init__(self, flash: Storage) -> None:
        self.flash = flash
        self.heap_bytes = 524288
        self.heaps_written: list[int] = []
        self.machine = SimpleNamespace(reset=self._reset)
        self.uos = SimpleNamespace(
            listdir=self._listdir,
            remove=lambda path: flash.remove(path.removeprefix("/flash/")),
            statvfs=lambda path: flash.statvfs(),
            uname=lambda: ("MaixPy", "", "", "v0.5.0-9", ""),
        )
        self.Maix = SimpleNamespace(utils=SimpleNamespace(gc_heap_size=self._heap))
        self.sys = SimpleNamespace(**{**vars(sys), "modules": {"__main__": None, "app": None}, "path": ["", "lib"]})
        self.utime = SimpleNamespace(ticks_us=lambda: 0)
        self.gc = SimpleNamespace(collect=lambda: None)
        self.card: dict[str, bytes] = {}

    def open(self, path: str, mode: str) -> Any:
        if path.startswith("/sd/"):
            return io.BytesIO(self.card[path.removeprefix("/sd/")])
        return self.flash.open(path.removeprefix("/flash/"), mode)

    def _listdir(self, path: str) -> list[str]:
        if path == "/":
            return ["flash", "sd"] if self.card else ["flash"]
        if path.startswith("/sd"):
            folder = path.removeprefix("/sd").strip("/")
            inside = [name for name in self.card if name.startswith(folder)]
            return sorted({name.removeprefix(folder).strip("/").split("/")[0] for name in inside})
        return self.flash.listdir()

    def _heap(self, size: int | None = None) -> int | None:
        if size is None:
            return self.heap_bytes
        self.heaps_written.append(size)
        self.heap_bytes = size
        return None

    def _reset(self) -> None:
        raise Restarted

    @contextlib.contextmanager
    def imported(self) -> Iterator[None]:
        """sys.modules as the board has them."""
        ours = {"ubinascii": binascii, "uzlib": zlib, "ujson": json}
        for name in ("machine", "uos", "Maix", "gc", "sys", "utime"):
            ours[name] = ModuleType(name)
            ours[name].__dict__.update(vars(getattr(self, name)))
        with mock.patch.dict(sys.modules, ours):
            yield


class BoardPrompt:
    """Called with what the host sends, gives what the board says. A program runs until Ctrl-C."""

    def __init__(self, flash: Storage, after_reset: bytes = b"") -> None:
        self.modules = FakeBoardModules(flash)
        self.running = True
        self.restarts = 0
        self.ran: list[str] = []  # the code of each command
        self.unplug_at: int | None = None  # the command at which the cable is pulled
        self.after_reset = after_reset
        self._raw = False
        self._typed = b""
        self._names: dict[str, Any] = {}

    def __call__(self, data: bytes) -> bytes | None:
        said = b""
        for byte in data:
            more = self._key(bytes([byte]))
            if more is None:
                return None
            said += more
        return said

    def _key(self, key: bytes) -> bytes | None:
        if key == b"\x03":
            self.running, self._typed = False, b""
            return b"\r\n>" if self._raw else b"KeyboardInterrupt: \r\n>>> "
        if self.running:
            return b""
        if key in b"\x01\x02":
            self._raw, self._typed = key == b"\x01", b""
            return RAW_BANNER if self._raw else FRIENDLY
        if self._raw and key == b"\x04":
            return self._run()
        if not self._raw and key == b"\r" and b"machine.reset" in self._typed:
            return self._restart()
        self._typed += key
        return b"" if self._raw else key

    def _restart(self) -> bytes:
        self.restarts += 1
        self.running, self._raw, self._typed, self._names = True, False, b"", {}
        return b"\r\n" + self.after_reset

    def _run(self) -> bytes | None:
        code, self._typed = self._typed.decode(), b""
        if self.unplug_at == len(self.ran):
            return None
        self.ran.append(code)
        out, error = io.StringIO(), b""
        self._names["open"] = self.modules.open
        try:
            with self.modules.imported(), contextlib.redirect_stdout(out):
                exec(code.replace("sys.platform", "'MaixPy'"), self._names)
        except Exception:
            error = traceback.format_exc().replace("\n", "\r\n").encode()
        return b"OK" + out.getvalue().replace("\n", "\r\n").encode() + b"\x04" + error + b"\x04>"
