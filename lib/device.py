"""The board: with vision.py and pose_network.py the only module that names MaixPy's. It gives parts; a part that is
missing is a null part with the same face, so nobody else asks which board or which firmware this is. What a build can
do is found out by asking for the ability.
"""

import sys

import image
import lcd
import machine
import uctypes
import utime
from board import board_info
from fpioa_manager import fm
from machine import I2C, UART
from Maix import GPIO, I2S
from micropython import const

import canvas
from constants import AXP192, BATTERY_REGISTERS, GROVE_BAUD, POWER_REGISTER, SIDE_PX, USB_BITS, battery_mv
from vision import Camera, PartError

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from array import array
    from typing import NoReturn, TextIO

    from modules import ws2812

    from files import Files
    from missing import NoLights
    from profiles import Profile
    from watchdog import Watchdog

# I2S0's CCR; with its dma_divide_16 a word is left and right, without it, as I2S.play has it, one of them (SDK: i2s.h).
_I2S0 = uctypes.struct(0x50250010, {'control': uctypes.UINT32}, uctypes.NATIVE)
_PAIRS = const(1 << 10)
_BOUNCE_MS = const(10)  # a contact bounces when it is let go, too; no press is as short
# GPIOHS's fall_ip: a bit of each channel whose pin has fallen, with or without an interrupt; a 1 that is written clears
# it (SiFive's GPIO.scala, which GPIOHS is; read and written as a whole, and without heap, on v0.4.0_47 and v0.5.0_9).
_FALLEN = uctypes.struct(0x38001024, {'pins': uctypes.UINT32}, uctypes.NATIVE)


def now_ms() -> int:
    return utime.ticks_ms()


def sleep_ms(ms: int) -> None:
    utime.sleep_ms(ms)


def restart() -> 'NoReturn':
    machine.reset()


def soft_reset() -> bool:
    """Did Ctrl-D or a program on USB start this? Then pins and clock are as the app left them, and the firmware still
    holds its model: another does not fit. A reset clears both; boot.py is reached long before three seconds.
    """
    import profiles

    return fm.fpioa.get_Pin_num(fm.fpioa.GPIOHS7) in profiles.A_PINS and utime.ticks_ms() > 3000


def describe_fault(error: Exception, file: 'TextIO') -> None:
    sys.print_exception(error, file)  # type: ignore[attr-defined]  # MicroPython's


class Panel:
    """The LCD. Rows from the middle of the picture fill it; messages without a picture go to the panel itself."""

    def __init__(self, screen: 'tuple[int, int, int, bool]') -> None:
        width, height, rotation, renumbered = screen
        self.width, self.height = min(width, SIDE_PX), min(height, SIDE_PX)
        self._corner = ((width - self.width) // 2, (height - self.height) // 2)
        # The M5StickV's number changed twice (sipeed/MaixPy, issues 309, 375): asking for what came with each.
        if renumbered and hasattr(lcd, 'register'):
            lcd.init(type=3)
        elif renumbered and hasattr(image, 'font_load'):
            lcd.init(type=2)
        else:
            lcd.init()
        lcd.rotation(rotation)
        # A picture of the panel's size is shown for a thirtieth of what lcd.display takes to crop a larger one.
        self.image = image.Image  # makes pictures
        self._canvas = canvas.choose(self.image, self.width, self.height)
        self._margins_clear = False

    def canvas(self, picture: image.Image) -> image.Image:
        """What will be shown: rows from the middle of `picture`, to be drawn on, which spoils the picture."""
        return self._canvas.of(picture)

    def show(self) -> None:
        """Show the canvas."""
        if not self._margins_clear:
            lcd.clear(lcd.BLACK)
            self._margins_clear = True
        lcd.display(self._canvas.image, oft=self._corner)

    def turn(self) -> None:
        """By 180 degrees, from the next picture on."""
        lcd.rotation(lcd.rotation() ^ 2)
        self._margins_clear = False

    def message(self, lines: 'tuple[str, ...] | list[str]') -> None:
        """Text alone, from the top; white on black, because lcd.draw_string swaps the bytes of other colours."""
        lcd.clear(lcd.BLACK)
        self._margins_clear = False
        for row, line in enumerate(lines):
            if line:  # MaixPy leaks 7.7 KB for an empty one
                lcd.draw_string(4, 4 + row * 18, line, lcd.WHITE, lcd.BLACK)


def _pin(pin: int, function: int, gpio: int, mode: int, pull: 'int | None' = None) -> GPIO:
    fm.register(pin, function, force=True)
    return GPIO(gpio, mode) if pull is None else GPIO(gpio, mode, pull)


class Contact:
    """A button's contact, pulled up; a press that is shorter than a turn is remembered.

    The pin itself remembers it. An interrupt could not: v0.4.0 calls its handler at once, whatever the app is at, and
    the call of a Python function takes a piece of the heap, which a collection does not give and an allocation that was
    interrupted gives twice (Maix_gpio.c at 39bb8bf).
    """

    def __init__(self, pin: int, function: int, gpio: int) -> None:
        self._gpio = _pin(pin, function, gpio, GPIO.IN, GPIO.PULL_UP)
        self._bit = 1 << (function - fm.fpioa.GPIOHS0)
        self._down = False

    def forget(self) -> None:
        """What came since the last look does not count."""
        _FALLEN.pins = self._bit

    def down(self) -> bool:
        """Is it down, or was it since the last call?"""
        was_down, fallen = self._down, _FALLEN.pins & self._bit != 0
        self.forget()
        self._down = self._gpio.value() == 0 or (fallen and not was_down)
        if was_down and not self._down:
            sleep_ms(_BOUNCE_MS)
            self.forget()
        return self._down


class Buttons:
    """A and B; a board with one button has no B. No firmware maps A's pin to GPIOHS7: see soft_reset."""

    def __init__(self, pins: 'tuple[int, int | None]') -> None:
        self._a = Contact(pins[0], fm.fpioa.GPIOHS7, GPIO.GPIOHS7)
        self._b = Contact(pins[1], fm.fpioa.GPIOHS2, GPIO.GPIOHS2) if pins[1] is not None else None
        self._contacts = [contact for contact in (self._a, self._b) if contact]

    def forget(self) -> None:
        """Presses until now do not count."""
        for contact in self._contacts:
            contact.forget()

    def a(self) -> bool:
        return self._a.down()

    def b(self) -> bool:
        return self._b is not None and self._b.down()


COLORS = {
    None: (0, 0, 0),
    'red': (1, 0, 0),
    'amber': (1, 1, 0),
    'green': (0, 1, 0),
    'blue': (0, 0, 1),
}  # type: dict[str | None, tuple[int, ...]]


class Lights:
    """Three LEDs, 0 is lit."""

    def __init__(self, pins: 'tuple[int, int, int]') -> None:
        slots = (
            (fm.fpioa.GPIO4, GPIO.GPIO4),
            (fm.fpioa.GPIO5, GPIO.GPIO5),
            (fm.fpioa.GPIO6, GPIO.GPIO6),
        )
        self._leds = [_pin(pin, slot[0], slot[1], GPIO.OUT) for pin, slot in zip(pins, slots)]
        self._color = ''  # type: str | None
        self.show(None)

    def show(self, color: 'str | None') -> None:
        """None, or a colour of COLORS."""
        if color != self._color:
            self._color = color
            for led, on in zip(self._leds, COLORS[color]):
                led.value(1 - on)


class DataLineLight:
    """One WS2812; only M5Stack's firmware has the driver."""

    def __init__(self, driver: 'type[ws2812]', pin: int) -> None:
        self._led = driver(pin, 1)
        self._color = ''  # type: str | None

    def show(self, color: 'str | None') -> None:
        if color != self._color:
            self._color = color
            self._led.set_led(0, tuple(16 * on for on in COLORS[color]))
            self._led.display()


class Speaker:
    """The loudspeaker, by I2S0 (sounds.py says what to play)."""

    def __init__(self, pins: 'tuple[int, int, int, int]') -> None:
        enable, data, clock, word = pins
        _pin(enable, fm.fpioa.GPIO0, GPIO.GPIO0, GPIO.OUT).value(1)
        fm.register(data, fm.fpioa.I2S0_OUT_D1, force=True)
        fm.register(clock, fm.fpioa.I2S0_SCLK, force=True)
        fm.register(word, fm.fpioa.I2S0_WS, force=True)
        self._line = I2S(I2S.DEVICE_0, sample_points=1)  # a buffer of its own, 4 KB else, which is not used here
        self.voices = None  # type: list[tuple[str, Files, str]] | None  # until one is wanted: v0.6 mounts cards late

    def tune(self, rate_hz: int) -> None:
        """So many pairs of samples a second from now on; nothing may be playing."""
        self._line.channel_config(
            self._line.CHANNEL_1,
            I2S.TRANSMITTER,
            resolution=I2S.RESOLUTION_16_BIT,
            align_mode=I2S.STANDARD_MODE,
        )
        self._line.set_sample_rate(rate_hz)
        _I2S0.control |= _PAIRS

    def play(self, words: 'bytes | bytearray | array[int]') -> None:
        """Play words of 32 bits, left and right, while the app goes on; wait until the words before are over.

        They must stay where they are meanwhile.
        """
        import audio

        try:
            self._line.play(audio.Audio(array=words))
        except (OSError, ValueError, TypeError) as error:
            raise PartError('sound: %s' % error)


class Usb:
    """The console's own UART, so that reading never blocks and Ctrl-C still interrupts."""

    def __init__(self) -> None:
        self._uart = UART.repl_uart()

    def read(self) -> bytes:
        """The bytes that have come, or b''. Without a number `read` goes on for as long as the host does."""
        waiting = self._uart.any()
        return (self._uart.read(waiting) or b'') if waiting else b''

    def write(self, text: str) -> None:
        self._uart.write(text.encode())


class Grove:
    """UART2, 8N1."""

    def __init__(self, pins: 'tuple[int, int]') -> None:
        fm.register(pins[0], fm.fpioa.UART2_TX, force=True)
        fm.register(pins[1], fm.fpioa.UART2_RX, force=True)
        self.open(GROVE_BAUD)

    def open(self, baud: int) -> None:
        """At this speed from now on; what came before is gone."""
        self._uart = UART(UART.UART2, baud, 8, 0, 0, timeout=1000, read_buf_len=256)

    def waiting(self) -> int:
        """How many bytes have come."""
        return self._uart.any()

    def read(self) -> bytes:
        """These bytes."""
        return self._uart.read(self._uart.any()) or b''

    def write(self, data: bytes) -> None:
        self._uart.write(data)


class Power:
    """The AXP192: battery and backlight. Its rail registers 0x12, 0x23 and 0x26..0x28 are never written."""

    def __init__(self, i2c: I2C) -> None:
        self._i2c = i2c
        self._write(0x82, 0xFF)  # measure everything

    def _write(self, register: int, value: int) -> None:
        try:
            self._i2c.writeto_mem(AXP192, register, value)
        except OSError:
            pass  # a light that stays as it was is no reason to stop

    def brightness(self, level: int) -> None:
        """1 (dark) .. 8 (full): the upper half of register 0x91, 0x80..0xF0."""
        self._write(0x91, (level + 7) << 4)

    def battery_mv(self) -> 'int | None':
        """Millivolts; None when the chip does not answer."""
        try:
            high, low = [self._read(register) for register in BATTERY_REGISTERS]
        except OSError:
            return None
        return battery_mv(high, low)

    def usb(self) -> 'bool | None':
        """Does USB give power? None when the chip does not answer."""
        try:
            return self._read(POWER_REGISTER) & USB_BITS != 0
        except OSError:
            return None

    def _read(self, register: int) -> int:
        return self._i2c.readfrom_mem(AXP192, register, 1)[0]


class NoWatchdog:
    """Before the loop begins."""

    def feed(self) -> None:
        pass

    def stop(self) -> None:
        pass


def watchdog(timeout_ms: int) -> 'Watchdog':
    """It counts from now on."""
    from watchdog import Watchdog

    return Watchdog(timeout_ms)


class Board:
    """All parts but the network. The screen comes first, because lcd.init takes the buttons' pins on some builds."""

    def __init__(self) -> None:
        import missing
        import profiles

        m5_pins = hasattr(board_info, 'BUTTON_A')
        scl, sda = profiles.AXP192_PINS
        i2c = I2C(I2C.I2C0, freq=400000, scl=scl, sda=sda) if m5_pins else None
        profile = profiles.choose(m5_pins, i2c is not None and AXP192 in i2c.scan())
        self.name = profile.name
        self.panel = Panel(profile.screen) if profile.screen else missing.NoPanel()
        self.buttons = Buttons(profile.buttons)
        self.lights = self._lights(profile)
        self.speaker = Speaker(profile.speaker) if profile.speaker else missing.NoSpeaker()
        self.grove = Grove(profile.grove) if profile.grove else missing.NoGrove()
        self.power = Power(i2c) if i2c and profile.power else missing.NoPower()
        self.usb = Usb()
        self.camera = Camera(profile.turned)

    def _lights(self, profile: 'Profile') -> 'Lights | DataLineLight | NoLights':
        import missing

        if profile.leds:
            return Lights(profile.leds)
        if profile.ws2812 is None:
            return missing.NoLights()
        try:
            from modules import ws2812
        except ImportError:
            return missing.NoLights()
        return DataLineLight(ws2812, profile.ws2812)
