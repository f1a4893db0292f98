"""The answer over time: a name appears or goes only when it holds for several frames."""

HOLD_FRAMES = 3  # one odd frame, or two, never flip the answer
GONE_FRAMES = 8  # a name not seen for so long goes, even when nothing holds in its place


class Answer:
    """Takes what each frame says and keeps what is answered."""

    def __init__(self):
        self.name = None  # what is answered; None is nothing
        self._candidate = None
        self._frames = 0  # that the candidate holds
        self._missing = 0  # frames since the name was seen

    def frame(self, name):
        """Take the name (or None) of one frame. True when the answer has just changed."""
        if name == self.name:
            self._frames = self._missing = 0
            return False
        if name != self._candidate:
            self._candidate, self._frames = name, 0
        self._frames += 1
        self._missing += 1
        if self._frames >= HOLD_FRAMES:
            return self._change(name)
        return self.name is not None and self._missing >= GONE_FRAMES and self._change(None)

    def _change(self, name):
        self.name = name
        self._frames = self._missing = 0
        return True
