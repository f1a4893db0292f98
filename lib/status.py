"""How fast the camera turns, and how full its battery is."""

from micropython import const

import constants

_TYPING = const(0)
if _TYPING:
    from device import Power
    from missing import NoPower

BATTERY_EVERY = 200  # turns


class Status:
    """Counts turns and reads the battery now and then."""

    def __init__(self, power: 'Power | NoPower') -> None:
        self.turns = 0
        self.battery_mv = power.battery_mv()
        self._power = power
        self._turn_ms = 0  # mean, times 16
        self._turn_began_ms = 0

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

    def turn_ms(self) -> int:
        """The mean of the last turns; 0 before the second."""
        return self._turn_ms // 16 if self.turns > 1 else 0

    def battery_percent(self) -> 'int | None':
        """The charge; None where nobody can know."""
        return constants.battery_percent(self.battery_mv) if self.battery_mv else None
