"""The answer over time: a name appears or goes only when it holds for several frames."""

HOLD_FRAMES = 3  # one odd frame, or two, never flip the answer
GONE_FRAMES = 8  # a name not seen for so long goes, even when nothing holds in its place


class Debounce:
    """Takes the name of each frame and keeps the one to show."""

    def __init__(self) -> None:
        self.name = None  # type: str | None
        self._candidate = None  # type: str | None
        self._held = 0  # frames with the candidate
        self._missed = 0  # frames without the name

    def frame(self, name: 'str | None') -> bool:
        """Take the name (or None) of one frame. True when the answer has just changed."""
        if name == self.name:
            self._held = self._missed = 0
            return False
        if name != self._candidate:
            self._candidate, self._held = name, 0
        self._held += 1
        self._missed += 1
        if self._held >= HOLD_FRAMES:
            return self._change(name)
        return self.name is not None and self._missed >= GONE_FRAMES and self._change(None)

    def _change(self, name: 'str | None') -> bool:
        self.name = name
        self._held = self._missed = 0
        return True
