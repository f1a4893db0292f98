"""How fast the camera turns."""


class Pace:
    """Counts turns."""

    def __init__(self) -> None:
        self.turns = 0
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

    def turn_ms(self) -> int:
        """The mean of the last turns; 0 before the second."""
        return self._turn_ms // 16 if self.turns > 1 else 0
