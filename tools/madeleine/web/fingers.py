"""Fingers on the buttons, at the pace of an app that looks once a turn.

A turn may take longer on this computer than on the board. So that the shortest click is seen, a button changes once a
turn; and so that it does not become a held one, the board's clock runs on by no more than the click has taken.
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

    def move(self, name: str, down: bool, at_s: float) -> None:
        """A finger has come down or gone up; it will be seen in its turn."""
        self._waiting[name].append((down, at_s))

    def turn(self) -> None:
        """The app looks next: the first of the changes that wait is there."""
        for name, changes in self._waiting.items():
            if changes:
                self._pressed[name], self._since_s[name] = changes.popleft()

    def at_once(self) -> None:
        """Nobody looks: only how it stands in the end counts."""
        for _ in range(CHANGES_MAX):
            self.turn()

    def clock_ms(self, late_ms: int) -> int:
        """How much of `late_ms` the board's clock may run on before it sees the next change."""
        clicks_ms = [
            int((changes[0][1] - self._since_s[name]) * 1000)
            for name, changes in self._waiting.items()
            if changes and self._pressed[name]
        ]
        return max(0, min([late_ms, *clicks_ms]))
