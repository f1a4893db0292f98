"""`machine`: serial ports, the I2C bus, reset and watchdog."""

from Maix import FPIOA as _FPIOA
from madeleine.sim import axp192 as _axp192
from madeleine.sim import power as _power
from madeleine.sim.world import world as _world

PWRON_RESET, HARD_RESET, WDT_RESET, SOFT_RESET = 0, 1, 2, 3
_GROVE_TX, _GROVE_RX = 35, 34


def reset():
    raise _power.Reset('machine.reset')


def reset_cause():
    return _world.reset_cause


class UART:
    """A serial port: the Grove port once it is mapped, or USB as `UART.repl_uart()`."""

    UART1, UART2, UART3, UARTHS = 0, 1, 2, 3

    def __init__(self, uart, baudrate=115200, bits=8, parity=None, stop=1, *, timeout=1000, read_buf_len=2048):
        rx, tx = _FPIOA.UART1_RX + 2 * uart, _FPIOA.UART1_TX + 2 * uart
        if _world.pins.get(_GROVE_TX) != tx or _world.pins.get(_GROVE_RX) != rx:
            raise _power.Misuse('UART%d is not on the Grove port: register pins 35 (TX) and 34 (RX) first' % (uart + 1))
        self._start(_world.grove_in, _world.grove_out, read_buf_len, False)

    def _start(self, incoming, outgoing, buffer_bytes, is_usb):
        self._in, self._out, self._buffer_bytes, self._is_usb = incoming, outgoing, buffer_bytes, is_usb

    @staticmethod
    def repl_uart():
        port = object.__new__(UART)
        port._start(_world.usb_in, _world.usb_out, 2048, True)
        return port

    def any(self):
        """Bytes waiting; the sender is not faster than the buffer."""
        if self._is_usb:
            _world.check_interrupt()
        return min(len(self._in), self._buffer_bytes)

    def read(self, n=None):
        """bytes, or None when nothing waits."""
        count = self.any() if n is None else min(n, self.any())
        if not count:
            return None
        data = bytes(self._in[:count])
        self._in[:count] = b''
        return data

    def readinto(self, buf):
        data = self.read(len(buf)) or b''
        buf[: len(data)] = data
        return len(data) or None

    def readchar(self):
        data = self.read(1)
        return data[0] if data else -1

    def write(self, data):
        if isinstance(data, str):
            data = data.encode()
        self._out.extend(data)
        return len(data)

    def deinit(self):
        self._in = self._out = None


class I2C:
    """The inner bus; on the M5StickV the AXP192 answers on it."""

    I2C0, I2C1, I2C2 = 0, 1, 2
    MODE_MASTER = 0

    def __init__(self, id, mode=MODE_MASTER, *, freq=400000, scl=None, sda=None):
        if scl is None or sda is None:
            raise _power.Misuse('I2C needs scl= and sda=')
        self._wired = (scl, sda) == (28, 29) and _world.board.pmu

    def scan(self):
        return [_axp192.ADDRESS] if self._wired and not _world.troubles['i2c_dead'] else []

    def readfrom_mem(self, addr, memaddr, nbytes, *, mem_size=8):
        self._check(addr)
        return bytes([_axp192.read(_world, memaddr + i) for i in range(nbytes)])

    def writeto_mem(self, addr, memaddr, buf, *, mem_size=8):
        self._check(addr)
        for i, value in enumerate([buf] if isinstance(buf, int) else buf):
            _axp192.write(_world, memaddr + i, value)

    def _check(self, addr):
        if addr not in self.scan():
            raise OSError(5)


if _world.build.unique_id:

    def unique_id():
        return bytes(range(32))


if _world.build.wdt:

    class WDT:
        """Restarts the board when it is not fed for `timeout` ms."""

        def __init__(self, id=0, *, timeout=5000, callback=None, context=None):
            _world.wdt_ms = timeout
            self.feed()

        def feed(self):
            _world.wdt_fed_ms = _world.now_ms

        def stop(self):
            _world.wdt_ms = None
