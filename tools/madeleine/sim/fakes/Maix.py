"""`Maix`: pins, sound out, and the firmware's settings."""

from madeleine.sim import played as _played
from madeleine.sim import power as _power
from madeleine.sim import registers as _registers
from madeleine.sim.world import DEFAULT_HEAP_BYTES as _DEFAULT_HEAP_BYTES
from madeleine.sim.world import world as _world
from ustruct import pack as _pack
from ustruct import unpack as _unpack

_GPIOHS0 = 24  # function numbers of the K210: GPIOHS0..31, then GPIO0..7
_SETTINGS = '/flash/freq.conf'
_DEFAULT_SETTINGS = (416000000, 400000000, 1, _DEFAULT_HEAP_BYTES)  # CPU, PLL1, KPU divider, GC heap


class FPIOA:
    """Numbers of the functions a pin can have."""

    UARTHS_RX, UARTHS_TX = 18, 19
    UART1_RX, UART1_TX, UART2_RX, UART2_TX, UART3_RX, UART3_TX = 64, 65, 66, 67, 68, 69
    I2S0_MCLK, I2S0_SCLK, I2S0_WS = 87, 88, 89
    I2S0_OUT_D0, I2S0_OUT_D1, I2S0_OUT_D2, I2S0_OUT_D3 = 94, 95, 96, 97
    I2C0_SCLK, I2C0_SDA = 126, 127

    def get_Pin_num(self, func):
        """The pin that has this function, None when none has."""
        return _world.pin_of(func)


class GPIO:
    """One pin as input or output; `GPIO0..7` and `GPIOHS0..31` must have been registered for a pin."""

    IN, OUT = 0, 3
    PULL_NONE, PULL_DOWN, PULL_UP = 0, 1, 2

    def __init__(self, gpio, mode, pull=PULL_NONE, value=None):
        self._pin = _world.pin_of(_GPIOHS0 + gpio)
        if self._pin is None:
            raise _power.Misuse('GPIO %d is registered for no pin: call fm.register first' % gpio)
        self._function = _GPIOHS0 + gpio
        self._mode = mode
        self._pull = pull
        if value is not None:
            self.value(value)

    def value(self, level=None):
        if _world.pins.get(self._pin) != self._function:
            raise _power.Misuse('pin %d was taken away from this GPIO' % self._pin)
        if level is None:
            return self._read()
        if self._mode != GPIO.OUT:
            raise _power.Misuse('pin %d is an input' % self._pin)
        _world.gpio_out[self._pin] = level
        for color, pin in _world.board.leds.items():
            if pin == self._pin:
                _world.leds[color] = 0 if level else 1
        return None

    def _read(self):
        for button, pin in _world.board.buttons.items():
            if pin == self._pin:
                if self._pull != GPIO.PULL_UP:
                    raise _power.Misuse('a button without PULL_UP floats')
                if _world.look:
                    _world.look(button)
                return 0 if _world.pressed[button] else 1
        if self._mode == GPIO.OUT:
            return _world.gpio_out.get(self._pin, 0)
        return 1 if self._pull == GPIO.PULL_UP else 0


for _n in range(32):
    setattr(GPIO, 'GPIOHS%d' % _n, _n)
    setattr(FPIOA, 'GPIOHS%d' % _n, _GPIOHS0 + _n)
for _n in range(8):
    setattr(GPIO, 'GPIO%d' % _n, 32 + _n)
    setattr(FPIOA, 'GPIO%d' % _n, _GPIOHS0 + 32 + _n)


class I2S:
    """Sound out: 16 bits for each side, which go on while the program does."""

    DEVICE_0, DEVICE_1, DEVICE_2 = 0, 1, 2
    CHANNEL_0, CHANNEL_1, CHANNEL_2, CHANNEL_3 = 0, 1, 2, 3
    RECEIVER, TRANSMITTER = 0, 1
    RESOLUTION_16_BIT = 2
    STANDARD_MODE = 1

    def __init__(self, device, *, sample_points=1024):
        self._rate = None

    def channel_config(self, channel, mode, *, resolution=RESOLUTION_16_BIT, align_mode=STANDARD_MODE):
        _world.registers[_registers.I2S0_CONTROL] = 0

    def set_sample_rate(self, rate):
        self._rate = rate

    def play(self, audio):
        if not _world.registers[_registers.I2S0_CONTROL] & _registers.PAIRS:
            raise _power.Misuse('a word is one sample here, not two: half as fast as is meant')
        _played.play(_world, audio.to_bytes(), self._rate, self._audible())

    def _audible(self):
        for pin, function in ((17, FPIOA.I2S0_OUT_D1), (15, FPIOA.I2S0_SCLK), (14, FPIOA.I2S0_WS)):
            if _world.pins.get(pin) != function:
                return False
        amplifier = _world.board.amplifier
        return amplifier is not None and _world.gpio_out.get(amplifier) == 1


def _settings():
    """The four numbers in freq.conf; the default ones when it cannot be read, as the firmware does it."""
    from uio import open

    try:
        with open(_SETTINGS, 'rb') as file:
            data = file.read()
    except OSError:
        return _DEFAULT_SETTINGS
    return _unpack('<4I', data) if len(data) == 16 else _DEFAULT_SETTINGS


if _world.build.utils:

    class utils:
        """Memory; what changes here counts from the next reset."""

        @staticmethod
        def gc_heap_size(size=None):
            from uio import open

            settings = _settings()
            if size is None:
                return settings[3]
            try:
                with open(_SETTINGS, 'wb') as file:
                    file.write(_pack('<4I', settings[0], settings[1], settings[2], size))
            except OSError:
                raise OSError(5)
            return None


if _world.build.heap_free:

    def _heap_free():
        return _world.free_system_bytes()

    def _flash_read(address, size):
        """What lies in flash; of a file, its first bytes."""
        data = _world.kmodels.get(address, b'')
        if not isinstance(data, bytes):
            data = data.read_bytes()[:size]
        return (data + bytes([255]) * size)[:size]

    utils.heap_free = staticmethod(_heap_free)
    utils.flash_read = staticmethod(_flash_read)
