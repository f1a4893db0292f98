"""The answer over time: a name appears when two of three frames agree, and stays while it is near its limit."""

FRAMES = 3  # are looked at together
AGREE = 2  # of them make a name appear, or make it sure
GONE_FRAMES = 4  # a name that so many frames in a row lack goes


class Decision:
    """Takes what is nearest in each frame and keeps the answer to show.

    One odd frame never flips it: another name has to be there twice while the old one is not there at all. And what
    counts already counts on until it is a quarter beyond its limit, so that nothing flickers at the border.
    """

    def __init__(self) -> None:
        self.name = None  # type: str | None
        self.sure = False  # of the name; else it is probable
        self._names = [None] * FRAMES  # type: list[str | None]  # of the last frames
        self._sures = [False] * FRAMES
        self._missed = 0  # frames without the name

    def frame(self, label: 'str | None', distance: int, limit: int, sure_limit: int) -> bool:
        """Take the nearest example of one frame; label '' or None is nobody's. True when the answer has just changed.

        distance, and the greatest ones that count as seen and as sure: in steps (distance.py).
        """
        known = label is not None and label == self.name
        seen = label or None
        if distance > (_wider(limit) if known else limit):
            seen = None
        self._names.append(seen)
        self._sures.append(distance <= (_wider(sure_limit) if known and self.sure else sure_limit))
        del self._names[0], self._sures[0]
        self._missed = 0 if known and seen else self._missed + 1
        name = self._next_name(seen)
        sure = self.sure
        if name is None or name == seen:  # a frame without the name says nothing of it
            sure = name is not None and self._is_sure(name)
        if (name, sure) == (self.name, self.sure):
            return False
        if name != self.name:
            self._missed = 0
        self.name, self.sure = name, sure
        return True

    def _next_name(self, seen: 'str | None') -> 'str | None':
        free = self.name is None or self._missed >= FRAMES
        if free and seen is not None and self._names.count(seen) >= AGREE:
            return seen
        return None if self._missed >= GONE_FRAMES else self.name

    def _is_sure(self, name: str) -> bool:
        votes = sum([sure and seen == name for seen, sure in zip(self._names, self._sures)])
        return votes >= AGREE or (votes > 0 and self.sure and name == self.name)


def _wider(limit: int) -> int:
    return limit * 5 // 4
