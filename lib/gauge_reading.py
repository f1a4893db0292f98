"""The gauge over time: the middle one of its last three readings, and when that is said."""

from micropython import const

from gauge import OFF

_TYPING = const(0)
if _TYPING:
    from typing import Any

EVERY_MS = 200  # five a second at most
FRAMES = 3  # are looked at together


class Reading:
    """What the gauge reads."""

    def __init__(self) -> None:
        self.value = None  # type: int | None  # between two marks, OFF, or None without these
        self._last = [None] * FRAMES  # type: list[Any]
        self._said = None  # type: int | None
        self._said_ms = -EVERY_MS

    def frame(self, gauge: 'int | None', now_ms: int) -> bool:
        """Take the gauge's reading of this frame; is there something to be said?"""
        if gauge is None or None in self._last:
            self._last = [gauge] * FRAMES
        self._last.append(gauge)
        del self._last[0]
        self.value = gauge if gauge is None else sorted(self._last)[FRAMES // 2]
        if self.value == self._said or now_ms - self._said_ms < EVERY_MS:
            return False
        self._said, self._said_ms = self.value, now_ms
        return True

    def shown(self) -> 'int | None':
        """For a host: None is off the line, or no line."""
        return None if self.value == OFF else self.value

    def say_again(self) -> None:
        """What stands for a reading has changed."""
        self._said = None
