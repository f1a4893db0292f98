"""The numbers at the bottom of the screen: frames a second and battery."""

from micropython import const

import constants

_TYPING = const(0)
if _TYPING:
    from device import Power
    from missing import NoPower

STATUS_EVERY_MS = 1000  # the numbers can be read, and are laid out seldom
BATTERY_EVERY = 200  # turns


class Status:
    """Counts turns and reads the battery now and then."""

    def __init__(self, power: 'Power | NoPower') -> None:
        self.turns = 0
        self.battery_mv = power.battery_mv()
        self.text = ''
        self._power = power
        self._turn_ms = 0  # mean, times 16
        self._turn_began_ms = 0
        self._said_ms = -STATUS_EVERY_MS  # when the text was last made

    def skip(self, now_ms: int) -> None:
        """What came before is no turn: a start, or a camera that was silent."""
        self._turn_began_ms = now_ms

    def turn(self, now_ms: int) -> None:
        """One more turn begins."""
        elapsed_ms = now_ms - self._turn_began_ms
        self._turn_began_ms = now_ms
        # The first one is but a part of a turn.
        self._turn_ms = self._turn_ms - self._turn_ms // 16 + elapsed_ms if self.turns > 1 else 16 * elapsed_ms
        self.turns += 1
        if self.turns % BATTERY_EVERY == 0:
            self.battery_mv = self._power.battery_mv()
        if self.turns > 1 and now_ms - self._said_ms >= STATUS_EVERY_MS:
            self._said_ms = now_ms
            self.text = self._line()

    def _line(self) -> str:
        text = '%d.%d fps' % divmod(160000 // max(1, self._turn_ms), 10)
        if self.battery_mv:
            text += ' %d%%' % constants.battery_percent(self.battery_mv)
        return text
