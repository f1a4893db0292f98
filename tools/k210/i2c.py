"""The I2C masters and what hangs on their buses: register files, the power chip, the camera's and the IMU's."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Protocol

from . import clock
from .registers import Registers

if TYPE_CHECKING:
    from .machine import Machine


class Slave(Protocol):
    """A chip on the bus."""

    def start(self) -> None: ...

    def write(self, byte: int) -> None: ...

    def read(self) -> int: ...


class I2c(Registers):
    """DesignWare's master. `find(address)` is the chip at an address of the bus, or None."""

    TARGET, DATA, CLEAR_INTERRUPT, CLEAR_ABORT, ENABLE = 0x04, 0x10, 0x40, 0x54, 0x6C
    STATUS, FIFO_SENT, FIFO_RECEIVED, ABORT, IS_ENABLED = 0x70, 0x74, 0x78, 0x80, 0x9C
    READ = 0x100  # of DATA
    FIFO_BYTES = 8
    GAP_US = 60  # no stop bits are seen: a gap in time ends a transfer

    def __init__(self, machine: Machine, index: int, find: Callable[[int], Slave | None]) -> None:
        super().__init__(machine, f"i2c{index}")
        self._find = find
        self._received: deque[int] = deque()
        self._aborted = 0
        self._writing = False
        self._last = 0  # cycle of the last write
        self.on_read = {
            self.DATA: lambda: self._received.popleft() if self._received else 0,
            self.CLEAR_INTERRUPT: self._clear,
            self.CLEAR_ABORT: self._clear,
            self.STATUS: lambda: 0x06 | (8 if self._received else 0),
            self.FIFO_SENT: lambda: 0,
            self.FIFO_RECEIVED: lambda: min(self.FIFO_BYTES, len(self._received)),
            self.ABORT: lambda: self._aborted,
            self.IS_ENABLED: lambda: self.get(self.ENABLE),
        }
        self.on_write = {self.DATA: self._transfer, self.ENABLE: self._enable}

    @property
    def target(self) -> int:
        """The address that is spoken to."""
        return self.get(self.TARGET) & 0x7F

    def dma_write(self, _offset: int, data: bytes, width: int) -> bool:
        """Words for DATA."""
        for at in range(0, len(data), width):
            self._transfer(int.from_bytes(data[at : at + width], "little"))
        return True

    def dma_read(self, _offset: int, count: int, width: int) -> bytes | None:
        """What was received, or None as long as it is less."""
        if len(self._received) < count:
            return None
        return b"".join(self._received.popleft().to_bytes(width, "little") for _ in range(count))

    def _transfer(self, value: int) -> None:
        slave = self._find(self.target)
        if slave is None:
            self._aborted |= 1
        elif value & self.READ:
            self._writing = False
            self._received.append(slave.read() & 0xFF)
        else:
            now = self.machine.cycles
            if not self._writing or now - self._last > self.machine.us(self.GAP_US):
                slave.start()
            self._writing, self._last = True, now
            slave.write(value & 0xFF)

    def _enable(self, value: int) -> None:
        if not value & 1:
            self._writing = False
            self._received.clear()

    def _clear(self) -> int:
        self._aborted = 0
        return 0


class RegisterChip:
    """A chip of 256 registers with a pointer that moves on."""

    def __init__(self, values: dict[int, int]) -> None:
        self.regs = bytearray(256)
        for register, value in values.items():
            self.regs[register] = value
        self._pointer = 0
        self._pointer_next = True  # the next byte written is the pointer

    def start(self) -> None:
        """A transfer begins."""
        self._pointer_next = True

    def write(self, byte: int) -> None:
        """The pointer first, values after it."""
        if self._pointer_next:
            self._pointer, self._pointer_next = byte, False
        else:
            self._store(self._pointer, byte)
            self._pointer = self._pointer + 1 & 0xFF

    def _store(self, register: int, value: int) -> None:
        self.regs[register] = value

    def read(self) -> int:
        """The register at the pointer."""
        self._pointer_next = True
        value = self.regs[self._pointer]
        self._pointer = self._pointer + 1 & 0xFF
        return value


class Axp192(RegisterChip):
    """The power chip, with a battery at 4.0 V; its interrupt bits are cleared by writing ones."""

    ADDRESS = 0x34
    INTERRUPT_BITS = (0x44, 0x45, 0x46, 0x47, 0x4D)
    KEY, SHORT_PRESS, LONG_PRESS = 0x46, 2, 1
    POWER, USB, BATTERY = 0x00, 0xC0, 0x78  # USB: its bits in POWER

    def __init__(self) -> None:
        super().__init__({self.POWER: 0x05, 0x01: 0x70, 0x03: 0x03, 0x12: 0x5F, 0x5E: 0x5F, 0x5F: 0x0F})
        self.supply(4000, usb=True)

    def supply(self, battery_mv: int, *, usb: bool) -> None:
        """What feeds the board."""
        steps = int(battery_mv / 1.1)  # of 1.1 mV
        self.regs[self.BATTERY], self.regs[self.BATTERY + 1] = steps >> 4, steps & 15
        self.regs[self.POWER] = self.regs[self.POWER] & ~self.USB | (self.USB if usb else 0)

    def power_key(self, long: bool = False) -> None:
        """The power button was pressed."""
        self.regs[self.KEY] |= self.LONG_PRESS if long else self.SHORT_PRESS

    def _store(self, register: int, value: int) -> None:
        if register in self.INTERRUPT_BITS:
            value = self.regs[register] & ~value
        super()._store(register, value)


class Ov7740(RegisterChip):
    """The camera's registers; the pictures come by its port (camera.py)."""

    ADDRESS = 0x21
    WIDTH, HEIGHT = 0x31, 0x32  # of the picture, in units of 4 and 2
    DIVIDER, LINE_LOW, LINE_HIGH, FRAME_LOW, FRAME_HIGH = 0x11, 0x29, 0x2A, 0x2B, 0x2C
    FLIPS, FLIP, MIRROR = 0x0C, 0x80, 0x40  # a register, with two bits
    SENSOR_LINES = 480  # of a frame; the picture is thinned out of them
    IDENTITY: ClassVar = {0x0A: 0x77, 0x0B: 0x42, 0x1C: 0x7F, 0x1D: 0xA2}

    def __init__(self) -> None:
        super().__init__({**self.IDENTITY, **clock.CAMERA_RESET})

    @property
    def frame_ticks(self) -> tuple[int, int]:
        """Ticks of the sensor's clock from frame to frame, and before a frame's picture begins."""
        line = self.regs[self.LINE_LOW] | (self.regs[self.LINE_HIGH] & 3) << 8
        lines = self.regs[self.FRAME_LOW] | (self.regs[self.FRAME_HIGH] & 3) << 8
        line *= (self.regs[self.DIVIDER] & 0x3F) + 1
        return line * max(lines, 1), line * max(lines - self.SENSOR_LINES, 0)

    @property
    def flips(self) -> tuple[int, int]:
        """The steps by which it delivers its rows and columns: 1, or -1 for the last one first."""
        bits = self.regs[self.FLIPS]
        return -1 if bits & self.FLIP else 1, -1 if bits & self.MIRROR else 1

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the picture that it delivers."""
        return self.regs[self.WIDTH] * 4 or 320, self.regs[self.HEIGHT] * 2 or 240


class Imu(RegisterChip):
    """The motion sensor: only its identity."""

    ADDRESS = 0x68

    def __init__(self) -> None:
        super().__init__({0x75: 0x19})
