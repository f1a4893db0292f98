"""Where between two anchors a picture lies: 0 at the one, 100 at the other."""

from engines import root

OFF = -1  # the picture lies too far from the line between the anchors to be read


class Gauge:
    """Two anchor vectors (features.LENGTH bytes each) and the projection on the line between them."""

    def __init__(self, engine):
        self._engine = engine
        self.clear()

    def clear(self):
        self._zero = None
        self._full = None

    def anchor(self, which, vector):
        """Set the anchor of 0 (which = 0) or of 100 (which = 100)."""
        if which == 0:
            self._zero = bytearray(vector)
        else:
            self._full = bytearray(vector)
        if self.ready():
            self._measure()

    def anchors(self):
        """(which, vector) of each anchor that is set."""
        for which, vector in ((0, self._zero), (100, self._full)):
            if vector is not None:
                yield which, vector

    def ready(self):
        return self._zero is not None and self._full is not None

    def _measure(self):
        self._full_norm = self._engine.query(self._full)
        self._zero_norm = self._engine.query(self._zero)
        self._full_root, self._zero_root = root(self._full_norm), root(self._zero_norm)
        self._zero_full = self._engine.dot(self._full, self._full_root)
        self._length = self._zero_norm + self._full_norm - 2 * self._zero_full  # squared

    def read(self, norm, limit_steps):
        """Where the engine's query lies: 0..100, or OFF; None while an anchor is missing.

        norm: the squared length of the query. limit_steps: the greatest squared distance from the line.
        t = (p-a).(b-a) / |b-a|^2, clamped; the squared distance from the line is |p-a|^2 - t^2 |b-a|^2.
        """
        if not self.ready():
            return None
        if self._length == 0:
            return OFF
        to_zero = self._engine.dot(self._zero, self._zero_root)
        along = self._engine.dot(self._full, self._full_root) - to_zero - self._zero_full + self._zero_norm  # (p-a).(b-a)
        from_zero = norm + self._zero_norm - 2 * to_zero  # |p-a|^2
        if from_zero - along * along // self._length > limit_steps:
            return OFF
        percent = (200 * along + self._length) // (2 * self._length)
        return max(0, min(100, percent))
