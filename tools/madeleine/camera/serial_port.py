"""A serial port as bytes with a deadline on everything; opening it never resets the board."""

import contextlib
import errno
import time
from typing import Any, Self

import serial

from madeleine.camera.ports import users_of
from madeleine.errors import ToolError

BAUD = 115200
URL = "url:"  # stands before one of pyserial's addresses: url:rfc2217://bench:2217
WRITE_TIMEOUT_S = 10.0
# What a person can do when no program can; the M5StickV has no reset button.
RESTART = "switch the camera off and on (M5StickV: hold the power button for six seconds, then press it for two)"
RESET_S = 0.1  # how long the reset line is held, as kflash holds it


class LineError(ToolError):
    """The port cannot be opened, or is gone."""


class NoSuchPort(LineError):
    """Nothing of that name."""


class NoPermission(LineError):
    """The system does not let this user open it."""


class PortBusy(LineError):
    """Another program has it."""


class LineLost(LineError):
    """The cable was pulled, or the board went off."""


class SerialLine:
    """An open port. DTR and RTS are the K210's reset and boot pins: both stay low, and `reset` alone moves them."""

    def __init__(self, device: str, baud: int = BAUD) -> None:
        """Opens `device`, for this program alone; LineError when it cannot be opened."""
        self.device = device
        try:
            self.serial = _closed(device, baud)
            self.serial.dtr = self.serial.rts = False  # before opening: pyserial raises both otherwise
            self.serial.open()
        except (OSError, ValueError) as error:
            raise _opening_failed(device, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the port; nothing happens to the board."""
        with contextlib.suppress(OSError):
            self.serial.close()

    def read(self, timeout_s: float) -> bytes:
        """What has come: as soon as there is a byte, or b"" after the timeout. LineLost when the port is gone."""
        try:
            self.serial.timeout = max(0.0, timeout_s)
            first: bytes = self.serial.read(1)
            return first + self.serial.read(self.serial.in_waiting) if first else b""
        except OSError as error:
            raise self._lost(error) from error

    def write(self, data: bytes) -> None:
        """Sends all of it; LineLost when the port is gone or takes nothing for ten seconds."""
        try:
            self.serial.write(data)
        except OSError as error:
            raise self._lost(error) from error

    def reset(self) -> None:
        """Restarts the board by its reset line, like switching off and on; a port without that line does nothing."""
        with contextlib.suppress(OSError):  # ENOTTY on a pty
            self.serial.rts = False
            self.serial.dtr = True
            time.sleep(RESET_S)
            self.serial.dtr = False

    def _lost(self, error: OSError) -> LineLost:
        return LineLost(f"{self.device}: the connection is lost ({error}): check the cable, then try again")


def _closed(device: str, baud: int) -> Any:
    """The port, not opened yet. An address that pyserial takes, maybe over a network, is meant or it is not taken."""
    if device.startswith(URL):
        address = device.removeprefix(URL)
        return serial.serial_for_url(
            address, do_not_open=True, baudrate=baud, write_timeout=WRITE_TIMEOUT_S, exclusive=True
        )
    if "://" in device:
        raise LineError(f"{device}: not a device: name one such as /dev/ttyUSB0 or COM5, or write {URL}{device}")
    port = serial.Serial(baudrate=baud, write_timeout=WRITE_TIMEOUT_S, exclusive=True)
    port.port = device
    return port


def _opening_failed(device: str, error: Exception) -> LineError:
    number = getattr(error, "errno", None)
    if number in (errno.EACCES, errno.EPERM):
        return NoPermission(
            f"{device}: no permission to open it: `sudo usermod -aG dialout $USER`, then log out and in (or close the "
            "program that has it, on Windows)"
        )
    if number in (errno.EBUSY, errno.EAGAIN):
        users = ", ".join(users_of(device)) or "another program"
        return PortBusy(f"{device}: in use by {users}: close that first")
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return NoSuchPort(f"{device}: no such port: plug the camera in, or run it without --port to find the camera")
    return LineError(f"{device}: cannot be opened ({error}): `madeleine doctor` looks closer")
