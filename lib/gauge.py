"""Where between two anchors a picture lies: 0 at the one, 100 at the other."""

from micropython import const

from distance import between

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Iterator

    from engines import Buffer, Engine, Query

OFF = -1  # the picture lies too far from the line between the anchors to be read


class Gauge:
    """Two anchor vectors (features.LENGTH bytes each) and the projection on the line between them.

    The vectors as they are, not as unit vectors: three of four networks read a glass better so (models/smoothing.py).
    Whether a picture is too far from the line, unit vectors say, as for the answer: one limit serves both.
    """

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
        engine = self._engine
        from_zero, from_full = engine.query(zero), engine.query(full)
        self._zero_norm, self._full_norm = from_zero.norm, from_full.norm
        self._zero_full = engine.product(from_zero, full, from_full.norm)
        self._length = from_zero.norm + from_full.norm - 2 * self._zero_full  # squared
        self._apart = between(self._zero_full, from_zero.norm, from_full.norm)

    def read(self, query: 'Query', limit_steps: int) -> 'int | None':
        """Where the query lies: 0..100, or OFF; None while an anchor is missing.

        limit_steps: the greatest distance (distance.py) from the line. t = (p-a).(b-a) / |b-a|^2, clamped.
        """
        if self._zero is None or self._full is None:
            return None
        to_zero = self._engine.product(query, self._zero, self._zero_norm)
        to_full = self._engine.product(query, self._full, self._full_norm)
        if not self._length or self._off_the_line(query.norm, to_zero, to_full) > limit_steps:
            return OFF
        along = to_full - to_zero - self._zero_full + self._zero_norm  # (p-a).(b-a)
        return max(0, min(100, (200 * along + self._length) // (2 * self._length)))

    def _off_the_line(self, norm: int, to_zero: int, to_full: int) -> int:
        """The distance of a query from the line between the anchors: |p-a|^2 - t^2 |b-a|^2 of the unit vectors."""
        from_zero = between(to_zero, norm, self._zero_norm)
        if not self._apart:  # two anchors of one direction
            return from_zero
        along = from_zero - between(to_full, norm, self._full_norm) + self._apart  # 2 (p-a).(b-a)
        return from_zero - along * along // (4 * self._apart)
