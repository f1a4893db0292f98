"""The camera's port (DVP): brings the sensor's pictures into memory, for programs and for the KPU at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .i2c import Ov7740
from .registers import Registers

if TYPE_CHECKING:
    from .machine import Machine

Picture: TypeAlias = NDArray[np.uint8]
CONFIG, RED, GREEN, BLUE, CLOCK, SCCB_CONFIG, SCCB_CONTROL, STATUS, PIXELS = (
    0x00, 0x04, 0x08, 0x0C, 0x10, 0x14, 0x18, 0x20, 0x28,
)  # fmt: skip
START_INTERRUPT, FINISH_INTERRUPT, TO_PLANES, TO_PIXELS, BURST, GREY = 1, 2, 4, 8, 0x100, 0x600  # bits of CONFIG
CLOCK_ON = 0x100  # of CLOCK
STARTED, FINISHED, ENABLED = 0x1, 0x100, 0x10000  # bits of STATUS; written with the bit above each
SCCB = 0x2000000
IRQ = 24
WRITE = 1  # bit of SCCB_CONTROL


class CameraPort(Registers):
    """`frame` is what the sensor sees, uint8 (height, width, 3), None for a colour chart; `frames` counts the pictures.

    `source(number)`, if set, gives the picture of that number and wins over `frame`.
    """

    def __init__(self, machine: Machine, sensor: Ov7740, bus_hz: Callable[[], float]) -> None:
        super().__init__(machine, "dvp")
        self._bus_hz = bus_hz
        self.frame: Picture | None = None
        self.source: Callable[[int], Picture | None] | None = None
        self.frames = 0
        self._sensor = sensor
        self._status = 0
        self._ticking = self._taking = False
        self._last_start = self._next_start = 0  # cycles; the sensor's frames follow each other, whoever looks
        self._answer = 0  # of the sensor
        self.on_read = {
            SCCB_CONFIG: lambda: self.get(SCCB_CONFIG) & 0xFFFFFF | self._answer << 24,
            STATUS: self._read_status,
        }
        self.on_write = {STATUS: self._write_status, CONFIG: lambda _: self._changed()}

    # -- the sensor's registers ------------------------------------------------------------------------------------

    def _talk(self) -> None:
        """A transfer on the sensor's own bus."""
        control = self.get(SCCB_CONTROL)
        sensor = self._sensor if control & 0xFF == self._sensor.ADDRESS << 1 | control & WRITE else None
        if not control & WRITE:
            self._answer = sensor.read() if sensor else 0xFF
        elif sensor:
            sensor.start()
            for place in range(self.get(SCCB_CONFIG) & 3):
                sensor.write(control >> (8 + 8 * place) & 0xFF)

    # -- frames ----------------------------------------------------------------------------------------------------

    def _read_status(self) -> int:
        self._arm()
        return self._status

    def _write_status(self, value: int) -> None:
        for bit in (STARTED, FINISHED):
            if value & bit and value & bit << 1:
                self._status &= ~bit
        if value & ENABLED << 1:
            self._status = self._status & ~ENABLED | value & ENABLED
        if value & SCCB and value & SCCB >> 1:
            self._talk()
        self._changed()

    def _changed(self) -> None:
        self._interrupt()
        self._arm()

    def _interrupt(self) -> None:
        config = self.get(CONFIG)
        started = config & START_INTERRUPT and self._status & STARTED
        finished = config & FINISH_INTERRUPT and self._status & FINISHED
        self.machine.plic.set(IRQ, bool(started or finished))

    def _arm(self) -> None:
        """At the sensor's next frame. While nobody listens, its frames need not be followed."""
        if not self._ticking and self.get(CLOCK) & CLOCK_ON:
            since, period = self.machine.cycles - self._last_start, self.period_cycles
            self._start_at(self._last_start + (since // period + 1) * period)

    def _start_at(self, cycle: int) -> None:
        self._ticking, self._next_start = True, cycle
        self.machine.at(cycle - self.machine.cycles, self._start)

    @property
    def period_cycles(self) -> int:
        """From the start of one frame to that of the next."""
        sensor_hz = self._bus_hz() / (2 * ((self.get(CLOCK) & 0xFF) + 1))
        ticks, _ = self._sensor.frame_ticks
        return int(ticks / sensor_hz * self.machine.cpu_freq)

    def _start(self) -> None:
        self._last_start = self._next_start
        self._status |= STARTED
        self._interrupt()
        ticks, blank_ticks = self._sensor.frame_ticks
        self.machine.at(self.period_cycles * blank_ticks // ticks, self._begin)

    def _begin(self) -> None:
        """The first line comes. Whoever wants the picture has asked for it by now."""
        self._taking = bool(self._status & ENABLED)
        self.machine.at(self._last_start + self.period_cycles - self.machine.cycles, self._end)

    def _end(self) -> None:
        if self._taking:
            self._capture()
            self._status = self._status & ~ENABLED | FINISHED
            self._interrupt()
        self._ticking = False
        listening = self.machine.plic.enable[0] >> IRQ & 1
        if self.get(CONFIG) & (START_INTERRUPT | FINISH_INTERRUPT) and listening:
            self._start_at(self._last_start + self.period_cycles)

    # -- pixels ----------------------------------------------------------------------------------------------------

    def _capture(self) -> None:
        config = self.get(CONFIG)
        width = (config >> 12 & 0xFF) * 8 * (4 if config & BURST else 1)
        height = config >> 20 & 0x3FF
        if not width or not height:
            return
        picture = self._seen(width, height)
        if config & TO_PLANES and self.machine.is_ram(self.get(RED)):
            self._store_planes(picture, grey=config & GREY == GREY)
        if config & TO_PIXELS and self.machine.is_ram(self.get(PIXELS)):
            self.machine.write(self.get(PIXELS), as_rgb565(picture))

    def _seen(self, width: int, height: int) -> Picture:
        """What the port gets: the first rows and columns of the sensor's picture."""
        picture = self.source(self.frames) if self.source else self.frame
        self.frames += 1
        if picture is None:
            picture = colour_chart(width, height)
        down, right = self._sensor.flips
        picture = np.ascontiguousarray(np.asarray(picture, np.uint8)[::down, ::right])
        if picture.shape[:2] == (height, width):
            return picture
        sensor_width, sensor_height = self._sensor.picture_size
        rows = np.arange(height) * picture.shape[0] // max(height, sensor_height)
        columns = np.arange(width) * picture.shape[1] // max(width, sensor_width)
        shown: Picture = picture[rows[:, None], columns]
        return shown

    def _store_planes(self, picture: Picture, grey: bool) -> None:
        if grey:
            red, green, blue = (picture[:, :, channel].astype(np.uint16) for channel in range(3))
            brightness = red * 77 + green * 150 + blue * 29 >> 8
            self.machine.write(self.get(RED), brightness.astype(np.uint8).tobytes())
            return
        for channel, register in enumerate((RED, GREEN, BLUE)):
            if self.machine.is_ram(self.get(register)):
                self.machine.write(self.get(register), picture[:, :, channel].tobytes())


def as_rgb565(picture: Picture) -> bytes:
    """Pixels as the port stores them: of two in a word, the first is in the upper half."""
    red, green, blue = (picture[:, :, channel].astype(np.uint16) for channel in range(3))
    pixels: NDArray[Any] = ((red >> 3) << 11 | (green >> 2) << 5 | blue >> 3).astype("<u2")
    return pixels.reshape(-1, 2)[:, ::-1].tobytes()


def colour_chart(width: int, height: int) -> Picture:
    """Red grows to the right, green downwards."""
    rows, columns = np.mgrid[0:height, 0:width]
    red, green = columns * 255 // max(1, width - 1), rows * 255 // max(1, height - 1)
    chart: Picture = np.dstack([red, green, np.full_like(rows, 64)]).astype(np.uint8)
    return chart
