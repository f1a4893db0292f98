"""The M5StickV around the machine: which devices are where, power and reset, what people do to it and see of it."""

import functools
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image

from . import counters, fat, system
from .camera import CameraPort
from .clock import CYCLES_PER_INSTRUCTION, Busy
from .dma import Dmac
from .flash import NorFlash
from .i2c import Axp192, I2c, Imu, Ov7740, Slave
from .kpu import Kpu
from .lcd import Pixels, St7789
from .machine import Device, Machine
from .markers import Markers
from .memory import SRAM_BASE
from .pins import Fpioa, Gpio, GpioHs, Pins
from .registers import Stub
from .sdcard import SdCard
from .sha256 import Sha256
from .sound import I2s
from .spi import CHIP_SELECTS, Spi
from .system import SystemController
from .timer import Rtc, Timer
from .uart import ConsoleUart, Uart
from .watchdog import Watchdog

BUTTONS = {"A": 36, "B": 37}  # pins; 0 is pressed
LCD_DATA_PIN, SD_SELECT_PIN = 20, 32
INNER_BUS_PIN, CAMERA_BUS_PIN = 28, 41  # clocks of the two I2C buses
I2C_CLOCK_FUNCTION = 126  # of the first of the three, every second
BLOCK_BYTES = 0x1000  # of a device's registers


class Board(Machine):
    """A board with this firmware image; nothing has run yet.

    `flash` is a file that holds the flash chip's content (made by `save` if it is not there); `sd` are the files of a
    memory card, {path: bytes}, or its image.
    """

    def __init__(
        self,
        firmware: bytes | str | Path,
        flash: str | Path | None = None,
        sd: Mapping[str, bytes] | bytes | None = None,
        verbose: bool = False,
        cycles_per_instruction: float = CYCLES_PER_INSTRUCTION,
    ) -> None:
        super().__init__(verbose, cycles_per_instruction)
        self.image = bytes(firmware) if isinstance(firmware, (bytes, bytearray)) else Path(firmware).read_bytes()
        self.flash = NorFlash(Path(flash) if flash else None)
        self.flash.on_power_cut = self.stop
        self.levels: dict[int, int] = {}  # of pins that the world outside pulls
        image = fat.make_fat(sd) if isinstance(sd, Mapping) else sd
        self.sd = None if image is None else SdCard(image, lambda: self.gpiohs.output(SD_SELECT_PIN))
        self.auto_reset = True
        self.resets = 0
        self._stop_at: int | None = None  # cycles, while it runs for a time
        self._add_devices()
        self._load()

    # -- devices ---------------------------------------------------------------------------------------------------

    def _add_devices(self) -> None:
        self.sysctl = SystemController(self)
        self.fpioa = Fpioa(self)
        self.pins = Pins(self.fpioa, self.levels)
        self.gpiohs = GpioHs(self, self.fpioa, self.pins)
        self.gpio = Gpio(self, self.fpioa, self.pins)
        self.uarths = ConsoleUart(self, self._on_console)
        self.uarts = [Uart(self, index) for index in (1, 2, 3)]
        self.timers = [Timer(self, index, self.sysctl) for index in range(3)]
        self.axp192, self.imu, self.ov7740 = Axp192(), Imu(), Ov7740()
        self.i2c = [I2c(self, index, self._finder(index)) for index in range(3)]
        self.dmac = Dmac(self)
        self.spis = {index: self._spi(index) for index in (0, 1, 3)}
        self.lcd = St7789(lambda: self.gpiohs.output(LCD_DATA_PIN))
        self.watchdogs = [self._watchdog(index) for index in range(2)]
        self.sysctl.on_write[system.ENABLE_DEVICES] = self._gate
        self._connect_chips()
        self.dvp = CameraPort(self, self.ov7740, self.sysctl.apb1_hz)
        self.kpu = Kpu(self, self.dmac.poke)
        self.i2s = [I2s(self, index, functools.partial(self.sysctl.i2s_hz, index)) for index in range(3)]
        self.markers = Markers(self)
        self._map_devices()

    def _gate(self, gates: int) -> None:
        """The clocks of the devices are switched."""
        for index, watchdog in enumerate(self.watchdogs):
            watchdog.gate(bool(gates >> (system.WATCHDOG_GATE_BIT + index) & 1))

    def _watchdog(self, index: int) -> Watchdog:
        cause = system.BY_WATCHDOG << index
        source_hz = functools.partial(self.sysctl.watchdog_hz, index)
        return Watchdog(self, index, source_hz, lambda: self.request_reset(cause))

    def _spi(self, index: int) -> Spi:
        return Spi(self, index, functools.partial(self.sysctl.spi_hz, index), self.dmac.poke)

    def _connect_chips(self) -> None:
        self.spis[3].chips[0] = self.flash
        self.flash.busy = Busy(self)
        for select in range(CHIP_SELECTS):
            self.spis[0].chips[select] = self.lcd
            if self.sd:
                self.spis[1].chips[select] = self.sd

    def _map_devices(self) -> None:
        blocks: dict[int, Device] = {
            0x38000000: self.uarths, 0x38001000: self.gpiohs, 0x40800000: self.kpu, 0x42000000: Stub(self, "fft"),
            0x50000000: self.dmac, 0x50200000: self.gpio, 0x50240000: Stub(self, "spi_slave"),
            0x502B0000: self.fpioa, 0x502C0000: Sha256(self),
            0x50400000: self.watchdogs[0], 0x50410000: self.watchdogs[1], 0x50420000: Stub(self, "otp"),
            0x50430000: self.dvp, 0x50440000: self.sysctl, 0x50450000: Stub(self, "aes"), 0x50460000: Rtc(self),
            0x52000000: self.spis[0], 0x53000000: self.spis[1], 0x54000000: self.spis[3], Markers.BASE: self.markers,
        }  # fmt: skip
        for index in range(3):
            blocks[0x50210000 + 0x10000 * index] = self.uarts[index]
            blocks[0x50250000 + 0x10000 * index] = self.i2s[index]
            blocks[0x50280000 + 0x10000 * index] = self.i2c[index]
            blocks[0x502D0000 + 0x10000 * index] = self.timers[index]
        for base, device in blocks.items():
            self.add_device(base, BLOCK_BYTES, device)

    def _finder(self, index: int) -> Callable[[int], Slave | None]:
        """The chips on an I2C bus, by address: which bus it is depends on the pins it is routed to."""
        inner: dict[int, Slave] = {Axp192.ADDRESS: self.axp192, Imu.ADDRESS: self.imu}
        camera: dict[int, Slave] = {Ov7740.ADDRESS: self.ov7740}

        def find(address: int) -> Slave | None:
            pins = self.fpioa.pins_of(I2C_CLOCK_FUNCTION + 2 * index)
            bus = inner if INNER_BUS_PIN in pins else camera if CAMERA_BUS_PIN in pins else {}
            return bus.get(address)

        return find

    # -- power -----------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        """The image into memory, where the boot ROM puts it."""
        self.write(SRAM_BASE, counters.patch(self.image))

    def reset(self) -> None:
        """Start again. Flash, memory card, what the camera sees and the buttons stay as they are."""
        frame, source, cause = self.dvp.frame, self.dvp.source, self.reset_cause
        left_ms = None if self._stop_at is None else (self._stop_at - self.cycles) / self.cpu_freq * 1000
        self.power_up()
        self._add_devices()
        self.dvp.frame, self.dvp.source = frame, source
        self.sysctl.regs[system.RESET_STATUS] = cause or system.BY_PIN
        self.resets += 1
        self.flash.fuse, self.flash.dead = None, False
        self._load()
        if left_ms is not None:
            self._count_down(left_ms)

    def _count_down(self, left_ms: float) -> None:
        """Stop when so much time has passed, a millisecond after the other: the firmware soon changes the clock."""
        if left_ms <= 0:
            self.stop()
        else:
            step_ms = min(1.0, left_ms)
            self._stop_at = self.cycles + self.us(left_ms * 1000)
            self.at(self.us(step_ms * 1000), lambda: self._count_down(left_ms - step_ms))

    def cut_power_after(self, operations: int, torn: float = 0.5) -> None:
        """Let the power fail in the flash operation (page program or sector erase) after the next `operations` ones.

        That one is carried out to the fraction `torn`, `run` stops and `power_lost` is true; `reset` switches on again.
        """
        self.flash.fuse, self.flash.torn, self.flash.dead = operations, torn, False

    @property
    def power_lost(self) -> bool:
        """Whether the power has failed since the last reset."""
        return self.flash.dead

    def run(self, max_instr: int | None = None, wall: float | None = None) -> str:
        """Machine.run; resets that the firmware asks for are carried out unless `auto_reset` is false."""
        deadline = None if wall is None else time.monotonic() + wall
        while True:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            why = super().run(max_instr, left)
            if not (self.reset_requested and self.auto_reset):
                return why
            self.reset()

    def run_for(self, ms: float | None = None, max_instr: int | None = None, wall: float | None = 60) -> str:
        """Run for some milliseconds of the virtual clock, resets included, or some instructions."""
        if ms is not None:
            self._stop_at = self.cycles + self.us(ms * 1000)
            self.at(self.us(ms * 1000), self.stop)
        try:
            return self.run(max_instr=max_instr, wall=wall)
        finally:
            self._stop_at = None

    # -- memories --------------------------------------------------------------------------------------------------

    def flash_write(self, address: int, data: bytes) -> None:
        """Put bytes straight into the flash chip: a model, voices."""
        self.flash.data[address : address + len(data)] = data

    def sd_files(self) -> dict[str, bytes]:
        """The files that are on the memory card now: {path: bytes}."""
        return fat.read_fat(self.sd.data) if self.sd else {}

    def save(self) -> None:
        """Write the flash chip's file."""
        self.flash.save()

    # -- what people do and see ------------------------------------------------------------------------------------

    def _on_console(self, byte: int) -> None:
        """A byte has left on the console."""

    def inject_frame(self, picture: Pixels | None) -> None:
        """Set what the camera sees: uint8 (height, width, 3), or None for a colour chart."""
        self.dvp.source = None
        self.dvp.frame = picture

    def press_button(self, name: str, ms: float | None = None) -> None:
        """Press button A or B; after `ms`, if given, it is released."""
        self._set_pin(BUTTONS[name], 0)
        if ms is not None:
            self.at(self.us(ms * 1000), lambda: self._set_pin(BUTTONS[name], 1))

    def release_button(self, name: str) -> None:
        """Let a button go."""
        self._set_pin(BUTTONS[name], 1)

    def _set_pin(self, pin: int, level: int) -> None:
        self.pins.set(pin, level)
        self.gpiohs.poll()
        self.kick()

    def output(self, pin: int) -> int:
        """The level that the board drives on a pin; 1 when it drives none."""
        return self.gpiohs.output(pin) & self.gpio.output(pin)

    def screenshot(self, path: str | Path | None = None) -> Pixels:
        """The panel, uint8 (135, 240, 3); written as a picture, too, when a path is given."""
        picture = self.lcd.image()
        if path:
            Image.fromarray(picture).save(path)
        return picture
