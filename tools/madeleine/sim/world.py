"""The world around the virtual board and the state of its parts, as plain data; `world` is the only one.

The stand-ins change it, scenarios and front ends act through it, and neither knows the other. It runs under
CPython and MicroPython; what needs numpy or Pillow is put in as `painter` and `eyes`.
"""

from madeleine.sim import power, registers
from madeleine.sim.blank import BlankEyes, BlankPainter
from madeleine.sim.builds import BOARDS, BUILDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from madeleine.sim.storage import Storage

FRAME_MS = 50
SENSOR_TIMEOUT_MS = 300
DEFAULT_HEAP_BYTES = 512 * 1024
AI_RAM, AI_RAM_BYTES = 0x40600000, 2 * 1024 * 1024  # the KPU's own memory, where the CPU's cache is not between
FIRMWARE_BYTES = 82_000  # what the firmware and the app's other parts take of the system heap (docs/BOARD.md)
QR_SCRATCH_BYTES = 716_800 + 78_000  # one block for the search; what else it takes of the system heap (docs/BOARD.md)
PANEL_PX = (240, 135)
CAMERA_PX = (320, 240)  # as the app wants it


class Scene:
    """What is before the lens: a name, and its pixels as uint8 (height, width, 3), None under MicroPython."""

    def __init__(self, name: str, pixels: 'Any' = None) -> None:
        self.name = name
        self.pixels = pixels


class World:
    """Outside of the board (what a person can touch and see), and inside (what the firmware keeps until a reset)."""

    def __init__(self) -> None:
        self.ai_ram = bytearray(AI_RAM_BYTES)  # once: a reset does not clear it, and MicroPython would keep every one
        self.power_on()

    def power_on(
        self,
        build: str = 'v0.5.0_9',
        board: str = 'm5stickv',
        flash: 'Storage | None' = None,
        card: 'Storage | None' = None,
        kmodels: 'dict[int, Any] | None' = None,
        eyes: 'Any' = None,
        painter: 'Any' = None,
    ) -> None:
        """A new board: `flash` and `card` are storages, `kmodels` {flash address: path or bytes of a kmodel}."""
        self.build = BUILDS[build]
        self.board = BOARDS[board]
        self.flash = flash
        self.card = card
        self.kmodels = kmodels or {}
        self.eyes = eyes or BlankEyes()
        self.painter = painter or BlankPainter()
        self.now_ms = 0
        self.scene = Scene('desk')
        self.pressed = {'A': False, 'B': False}
        self.usb_in, self.usb_out = bytearray(), bytearray()
        self.grove_in, self.grove_out = bytearray(), bytearray()
        self.sounds: list[str] = []  # names of the WAV files played
        self.beeps: list[tuple[int, bytes]] = []  # what else was played: pairs of samples a second, the samples
        self.battery_mv = 4000
        self.usb_mv = 5000
        self.turned = False  # the camera is mounted upside down
        # Called with the world before each frame, and for every 50 ms slept.
        self.director: Callable[[World], None] | None = None
        # Called with a button's name before its pin is read: whose fingers are faster than pictures acts here.
        self.look: Callable[[str], None] | None = None
        self.troubles: dict[str, Any] = {
            'camera_resets_failing': 0,  # how many times more; -1: always
            'snapshots_failing': 0,
            'kpu_error': None,  # the text of the OSError
            'sound_broken': False,
            'i2c_dead': False,
        }
        self.soft_reset = False  # the next start is one: Ctrl-D at the prompt
        self.restart()

    def restart(self) -> None:
        """The state of every part after a reset; the world outside stays as it is. A soft reset changes no part."""
        if self.soft_reset:
            self.soft_reset = False
            return
        self.booted_ms = self.now_ms
        self.reset_cause = 0  # power-on; machine has the numbers
        self.gc_heap_bytes = DEFAULT_HEAP_BYTES
        self.cwd = '/flash'
        self.pins: dict[int, int] = {}  # pin: number of the function it was registered for
        self.gpio_out: dict[int, int] = {}  # pin: level
        self.fallen = 0  # bits of the GPIOHS channels whose pins have fallen
        self.leds = {'r': 0, 'g': 0, 'b': 0, 'w': 0}
        self.ws2812 = (0, 0, 0)
        self.camera: dict[str, Any] | None = None  # None before sensor.reset; then a dict
        self.frame: Any = None  # the camera's canvas
        self.flips = (False, False)  # was the last picture flipped and mirrored before the KPU saw it?
        self.models: list[Any] = []  # loaded
        self.ai_clock = False  # the AI RAM can be reached once the KPU has run
        self.fmaps: list[Any] = []  # results in use
        self.pictures: list[Any] = []  # canvases whose address was asked for
        self.headers: dict[int, bytearray] = {}  # of images, by the address of the object
        self.panel = self.painter.panel(PANEL_PX[0], PANEL_PX[1])
        self.panel_on = False
        self.lcd_rotation: int | None = None  # None before lcd.init
        self.texts: list[str] = []  # drawn since the last lcd.display
        self.painted: dict[int, dict[tuple[int, int], str]] = {}  # texts on what lies in the AI RAM, by its address
        self.shown: list[str] = []  # drawn before the last lcd.display: what stands on the panel
        self.backlight = 15
        self.axp192: dict[int, int] = {}  # register: byte, as far as written
        self.terminal: Any = None  # beside USB: where uos.dupterm sends what the firmware prints
        self.kbd_intr = 3  # the byte that interrupts, -1: none
        self.sound_until_ms = 0
        self.sound_rest = b''  # of the file that is played
        self.wdt_ms: int | None = None
        self.wdt_fed_ms = 0
        self.wdt_counted_ms = 0  # before its clock was taken away
        self.registers = dict(registers.AT_RESET)
        self._slept_ms = 0

    def act(self) -> None:
        """Let the director act, and notice what it did to the board."""
        self._slept_ms = 0  # short naps between pictures do not add up
        if self.director:
            self.director(self)
        self.check_interrupt()

    def note_text(self, place: 'int | None', x: int, y: int, text: str) -> None:
        """A text is drawn, on what lies at that place of the AI RAM or on what is shown next."""
        if place is None:
            self.texts.append(text)
        else:
            self.painted.setdefault(place, {})[x, y] = text

    def cover_texts(self, place: 'int | None', x: int, y: int, width: int, height: int) -> None:
        """A box is filled: what was written there is gone."""
        texts = self.painted.get(place, {}) if place is not None else {}
        for left, top in list(texts):
            if x <= left < x + width and y <= top < y + height:
                del texts[left, top]

    def check_interrupt(self) -> None:
        """Ctrl-C typed on USB interrupts the program; what was typed before it is gone."""
        if self.kbd_intr < 0:
            return
        position = bytes(self.usb_in).find(bytes([self.kbd_intr]))
        if position >= 0:
            self.usb_in[: position + 1] = b''
            raise KeyboardInterrupt

    def pass_ms(self, ms: int) -> None:
        """Time goes by; nobody acts."""
        self.now_ms += ms
        if self.wdt_ms is not None and self.now_ms - self.wdt_fed_ms > self.wdt_ms:
            raise power.Reset('watchdog')

    def sleep_ms(self, ms: int) -> None:
        """Time goes by, and the director acts for every 50 ms of it."""
        while ms > 0:
            step = min(ms, FRAME_MS - self._slept_ms)
            self.pass_ms(step)
            ms -= step
            self._slept_ms += step
            if self._slept_ms >= FRAME_MS:
                self.act()
        self.check_interrupt()

    def fails(self, trouble: str) -> bool:
        """Does a part with this trouble fail now? Counts one failure down."""
        left = int(self.troubles[trouble])
        if left > 0:
            self.troubles[trouble] = left - 1
        return left != 0

    def locate(self, path: str) -> 'tuple[Storage, str]':
        """The storage a path lies on, and its name there; OSError(19) when nothing is mounted there."""
        if path.startswith('./'):
            raise power.Misuse(f'{path}: MaixPy edits such a string in place')
        if not path.startswith('/'):
            path = self.cwd + '/' + path
        mount, _, name = path[1:].partition('/')
        storage = {'flash': self.flash, 'sd': self.card}.get(mount)
        if storage is None:
            raise OSError(19)
        return storage, name

    def pin_of(self, function: int) -> 'int | None':
        """The pin that was registered for a function, or None."""
        for pin in self.pins:
            if self.pins[pin] == function:
                return pin
        return None

    def system_bytes_beside(self, model_bytes: int) -> int:
        """What is left for the GC heap and the reader of cards when a model, camera and panel have what they need."""
        width, height = CAMERA_PX
        panel_bytes = 2 * PANEL_PX[0] * PANEL_PX[1] if self.board.lcd else 0
        taken = FIRMWARE_BYTES + 5 * width * height + panel_bytes + model_bytes
        return int(self.build.system_heap_bytes) - taken

    def free_system_bytes(self) -> int:
        """RAM outside the GC heap that the camera, the panel and the models leave."""
        used = self.gc_heap_bytes + FIRMWARE_BYTES
        if self.camera and self.camera['size']:
            width, height = self.camera['size']
            used += 5 * width * height * (2 if self.camera['dual_buff'] else 1)  # RGB565, and planes for the KPU
        if self.lcd_rotation is not None:
            used += 2 * PANEL_PX[0] * PANEL_PX[1]
        for model in self.models:
            used += model.ram_bytes
        return int(self.build.system_heap_bytes) - used


world = World()
