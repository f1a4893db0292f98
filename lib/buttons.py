"""From the two buttons, up or down, to gestures: 'A', 'B', 'A held', 'B held'. Knows no pins and no clock."""

HOLD_MS = 800
BOUNCE_MS = 20  # a contact settles within this


class Button:
    """One button: `update` tells what a change of it means."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._down = False
        self._since_ms = -BOUNCE_MS
        self._spent = False  # this press was already told as a hold

    def update(self, down: bool, now_ms: int) -> 'str | None':
        """Call every turn. Returns the gesture that just happened, or None. A hold is told while it is held."""
        elapsed_ms = now_ms - self._since_ms
        if down != self._down:
            if elapsed_ms < BOUNCE_MS:
                return None
            self._down, self._since_ms = down, now_ms
            if down:
                self._spent = False
            elif not self._spent:
                return self.name + ' held' if elapsed_ms >= HOLD_MS else self.name
        elif down and not self._spent and elapsed_ms >= HOLD_MS:
            self._spent = True
            return self.name + ' held'
        return None
