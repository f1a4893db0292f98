"""Fingers on the buttons, at the pace of an app that looks once a turn.

A turn may take longer on this computer than on the board. So that the shortest click is seen, a button changes once a
look; and so that it does not become a held one, the board's clock runs on by no more than the finger was down.
"""

from collections import deque

CHANGES_MAX = 8  # that wait, of a button

Change = tuple[bool, float]  # down?, when, in seconds


class Fingers:
    """Puts what fingers did into `pressed`, {name: down?}."""

    def __init__(self, pressed: dict[str, bool]) -> None:
        self._pressed = pressed
        self._waiting: dict[str, deque[Change]] = {name: deque(maxlen=CHANGES_MAX) for name in pressed}
        self._since_s = dict.fromkeys(pressed, 0.0)
        self._ran_ms = dict.fromkeys(pressed, 0)  # the board's clock, since the app has seen the last change

    def move(self, name: str, down: bool, at_s: float) -> None:
        """A finger has come down or gone up; it will be seen when the app looks."""
        self._waiting[name].append((down, at_s))

    def look(self, name: str) -> None:
        """The app looks: the first of the changes that wait is there."""
        if self._waiting[name]:
            self._pressed[name], self._since_s[name] = self._waiting[name].popleft()
            self._ran_ms[name] = 0

    def at_once(self) -> None:
        """Nobody looks: only how it stands in the end counts."""
        for name, changes in self._waiting.items():
            while changes:
                self.look(name)

    def clock_ms(self, late_ms: int, now_s: float) -> int:
        """How much of `late_ms` the board's clock runs on now, before the app looks again."""
        down = [name for name, pressed in self._pressed.items() if pressed]
        ms = max(0, min([late_ms, *(self._left_ms(name, now_s) for name in down)]))
        for name in down:
            self._ran_ms[name] += ms
        return ms

    def _left_ms(self, name: str, now_s: float) -> int:
        """How much longer than the board's clock a finger was down."""
        changes = self._waiting[name]
        until_s = changes[0][1] if changes else now_s
        return int((until_s - self._since_s[name]) * 1000) - self._ran_ms[name]
