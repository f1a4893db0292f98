"""Where between two anchors a picture lies: 0 at the one, 100 at the other."""

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Iterator

    from engines import Buffer, Engine, Query

OFF = -1  # the picture lies too far from the line between the anchors to be read


class Gauge:
    """Two anchor vectors (features.LENGTH bytes each) and the projection on the line between them."""

    def __init__(self, engine: 'Engine') -> None:
        self._engine = engine
        self.clear()

    def clear(self) -> None:
        """Forget both anchors."""
        self._zero = None  # type: bytearray | None
        self._full = None  # type: bytearray | None

    def anchor(self, which: int, vector: 'Buffer') -> None:
        """Set the anchor of 0 (which = 0) or of 100 (which = 100)."""
        if which == 0:
            self._zero = bytearray(vector)
        else:
            self._full = bytearray(vector)
        if self._zero is not None and self._full is not None:
            self._measure(self._zero, self._full)

    def anchors(self) -> 'Iterator[tuple[int, bytearray]]':
        """(which, vector) of each anchor that is set."""
        for which, vector in ((0, self._zero), (100, self._full)):
            if vector is not None:
                yield which, vector

    def ready(self) -> bool:
        """Both anchors are set."""
        return self._zero is not None and self._full is not None

    def _measure(self, zero: bytearray, full: bytearray) -> None:
        from_zero, from_full = self._engine.query(zero), self._engine.query(full)
        self._zero_norm, self._zero_root, self._full_root = from_zero.norm, from_zero.root, from_full.root
        self._zero_full = self._engine.dot(from_zero, full, from_full.root)
        self._length = from_zero.norm + from_full.norm - 2 * self._zero_full  # squared

    def read(self, query: 'Query', limit_steps: int) -> 'int | None':
        """Where the query lies: 0..100, or OFF; None while an anchor is missing.

        limit_steps: the greatest squared distance from the line.
        t = (p-a).(b-a) / |b-a|^2, clamped; the squared distance from the line is |p-a|^2 - t^2 |b-a|^2.
        """
        if self._zero is None or self._full is None:
            return None
        if self._length == 0:
            return OFF
        to_zero = self._engine.dot(query, self._zero, self._zero_root)
        to_full = self._engine.dot(query, self._full, self._full_root)
        along = to_full - to_zero - self._zero_full + self._zero_norm  # (p-a).(b-a)
        from_zero = query.norm + self._zero_norm - 2 * to_zero  # |p-a|^2
        if from_zero - along * along // self._length > limit_steps:
            return OFF
        percent = (200 * along + self._length) // (2 * self._length)
        return max(0, min(100, percent))
