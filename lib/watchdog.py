"""The chip's own watchdog: what does not feed it in time is started again. machine.WDT, of v0.5.1 on, has one period.

It is DesignWare's, on both boards the first of two. Once on, only a reset ends it, or its clock, which counts for it:
the bit in the gate of the devices' clocks (K210 SDK: wdt.h, sysctl.h).
"""

import uctypes
from micropython import const

_DOG = uctypes.struct(
    0x50400000,
    {'control': uctypes.UINT32, 'range': uctypes.UINT32 | 4, 'food': uctypes.UINT32 | 12},
    uctypes.NATIVE,
)
_CLOCKS = uctypes.struct(
    0x50440000,
    {'gates': uctypes.UINT32 | 0x2C, 'dividers': uctypes.UINT32 | 0x50},
    uctypes.NATIVE,
)
_GATE = const(1 << 24)
_KHZ = const(13000)  # half of the crystal's, with a divider of 0
_ON = const(1)  # and a reset at once, no interrupt before it
_FOOD = const(0x76)
_LONGER = const(2)  # powers of two: 82 s instead of 20


class Watchdog:
    """It counts from now on."""

    def __init__(self, timeout_ms: int) -> None:
        """The period is a power of two: the least one that is no shorter."""
        period = 0
        while 1 << (16 + period) < timeout_ms * _KHZ:
            period += 1
        _CLOCKS.dividers &= ~0xFF
        _CLOCKS.gates |= _GATE
        _DOG.range = period << 4 | period  # the first one, too
        _DOG.control = _ON
        self._period = period
        self._awake = True
        self.feed()

    def feed(self) -> None:
        """The loop goes on."""
        self._feed(self._period)

    def feed_long(self) -> None:
        """Before a write to flash: one in which SPIFFS recycled several blocks of a full flash took 32 s."""
        self._feed(self._period + _LONGER)

    def _feed(self, period: int) -> None:
        """Not without its clock, for which a register may wait for ever."""
        if self._awake:
            _DOG.range = period  # counts from the food on
            _DOG.food = _FOOD

    def stop(self) -> None:
        self._awake = False
        _CLOCKS.gates &= ~_GATE
