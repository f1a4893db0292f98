"""The answer over time: a name appears or goes only when it holds for several frames."""

HOLD_FRAMES = 3  # one odd frame, or two, never flip the answer


class Answer:
    """Takes what each frame says and keeps what is answered."""

    def __init__(self):
        self.name = None  # what is answered; None is nothing
        self._candidate = None
        self._frames = 0

    def frame(self, name):
        """Take the name (or None) of one frame. True when the answer has just changed."""
        if name == self.name:
            self._frames = 0
            return False
        if name != self._candidate or not self._frames:
            self._candidate, self._frames = name, 0
        self._frames += 1
        if self._frames < HOLD_FRAMES:
            return False
        self.name, self._frames = name, 0
        return True
