"""Where a picture lies on the line through the marks: numbers, each with one or more pictures of what it stands for.

With marks 0 and 100 alone a reading is a percentage. With more of them the line is a polyline: it goes from mark to
mark in the order of their numbers, through the picture of each that is nearest to what is seen.
"""

from array import array

from micropython import const

from distance import between

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from engines import Buffer, Engine, Query

LOWEST, HIGHEST = -9999, 9999  # numbers that a mark can have
PICTURES = 16  # of all marks together
OFF = LOWEST - 1  # the picture lies too far from the line to be read
EVERY_MS = 200  # a reading is said five times a second at most
FRAMES = 3  # are looked at together
_PAIRS = const(120)  # of 16 pictures


class Gauge:
    """Pictures of marks (features.LENGTH bytes each), and the projection on the nearest segment between two marks.

    Unit vectors, as for the answer, in whole numbers: in the mean they read a glass a tenth better than vectors as
    they are (docs/MEASURED.md), and one limit serves both.
    """

    def __init__(self, engine: 'Engine') -> None:
        self._engine = engine
        self._places = ()  # type: Sequence[bytearray]  # the pictures, in the order they were taught; likewise:
        self._values = array('h', bytes(2 * PICTURES))
        self._norms = array('i', bytes(4 * PICTURES))
        self._far = array('i', bytes(4 * PICTURES))  # how far (distance.py) from the query at hand
        self._apart = array('i', bytes(4 * _PAIRS))  # how far two pictures are from one another
        self.clear()

    def take(self, places: 'Sequence[bytearray]') -> None:
        """Keep up to PICTURES pictures in `places`, writable buffers of features.LENGTH bytes; none at first."""
        self._places = places
        self.clear()

    def clear(self) -> None:
        """Forget all marks."""
        self._order = []  # type: list[int]  # pictures, by their marks' numbers
        self._low = self._high = 0  # numbers of marks
        self._start = self._end = 0  # the nearest segment: pictures of two marks,
        self._least = -1  # and how far the query is from it

    def full(self) -> bool:
        """There is no room for another picture."""
        return len(self._order) == len(self._places)

    def add(self, value: int, vector: 'Buffer') -> None:
        """Add a picture of the mark `value`; ValueError when there is no room."""
        if self.full():
            raise ValueError(value)
        new, engine, order, values = len(self._order), self._engine, self._order, self._values
        self._places[new][:] = vector
        query = engine.query(self._places[new])
        values[new], self._norms[new] = value, query.norm
        for i in range(new):
            product = engine.product(query, self._places[i], self._norms[i])
            self._apart[_pair(i, new)] = between(product, query.norm, self._norms[i])
        place = 0
        while place < new and values[order[place]] <= value:
            place += 1
        order.insert(place, new)
        self._low, self._high = values[order[0]], values[order[-1]]

    def marks(self) -> 'Iterator[tuple[int, bytearray]]':
        """(value, vector) of each picture, by the numbers of the marks."""
        for i in self._order:
            yield self._values[i], self._places[i]

    def count_of(self, value: int) -> int:
        """How many pictures a mark has."""
        return sum([self._values[i] == value for i in self._order])

    def low(self) -> int:
        """The lowest number of a mark; 0 without any."""
        return self._low

    def high(self) -> int:
        """The highest one, likewise."""
        return self._high

    def read(self, query: 'Query', limit_steps: int) -> 'int | None':
        """Where the query lies: a number between two marks, or OFF; None before there are two marks.

        limit_steps: the greatest distance (distance.py) from the line. t = (p-a).(b-a) / |b-a|^2, clamped.
        """
        if self._low == self._high:
            return None
        product, places, values, norms, far = self._engine.product, self._places, self._values, self._norms, self._far
        self._least = start = -1
        end = self._order[0]
        for i in self._order:
            far[i] = between(product(query, places[i], norms[i]), query.norm, norms[i])
            if values[i] != values[end]:  # the first picture of the next mark: `end` is the nearest of its own
                if start >= 0:
                    self._try_segment(start, end)
                start, end = end, i
            elif far[i] < far[end]:
                end = i
        self._try_segment(start, end)
        return self._on_the_segment(limit_steps) if self._least >= 0 else OFF

    def _try_segment(self, start: int, end: int) -> None:
        """Keep the segment between two pictures if it is the nearest one so far. Of one direction they make none."""
        length = self._apart[_pair(start, end)]
        if not length:
            return
        along = max(0, self._along(start, end, length))
        least = self._far[start] - along * along // (4 * length) if along < 2 * length else self._far[end]
        if self._least < 0 or least < self._least:
            self._least, self._start, self._end = least, start, end

    def _on_the_segment(self, limit_steps: int) -> int:
        """The number, or OFF farther than this from the line, which goes on beyond the marks."""
        start, end, values = self._start, self._end, self._values
        length = self._apart[_pair(start, end)]
        far, along = self._far[start], self._along(start, end, length)
        if far - along * along // (4 * length) > limit_steps:
            return OFF
        along = max(0, min(2 * length, along))
        return values[start] + ((values[end] - values[start]) * along + length) // (2 * length)

    def _along(self, start: int, end: int, length: int) -> int:
        """2 (p-a).(b-a), of which 2 |b-a|^2 is the whole segment."""
        return self._far[start] - self._far[end] + length


def _pair(one: int, other: int) -> int:
    """Where two pictures have their place among the pairs."""
    return other * (other - 1) // 2 + one if one < other else one * (one - 1) // 2 + other


class Reading:
    """What the gauge reads, over time: the middle one of its last three readings, and when that is said."""

    def __init__(self) -> None:
        self.value = None  # type: int | None  # between two marks, OFF, or None without these
        self._last = [None] * FRAMES  # type: list[Any]
        self._said = None  # type: int | None
        self._said_ms = -EVERY_MS

    def frame(self, gauge: 'int | None', now_ms: int) -> bool:
        """Take the gauge's reading of this frame; is there something to be said?"""
        if gauge is None or None in self._last:
            self._last = [gauge] * FRAMES
        self._last.append(gauge)
        del self._last[0]
        self.value = gauge if gauge is None else sorted(self._last)[FRAMES // 2]
        if self.value == self._said or now_ms - self._said_ms < EVERY_MS:
            return False
        self._said, self._said_ms = self.value, now_ms
        return True

    def shown(self) -> 'int | None':
        """For a host: None is off the line, or no line."""
        return None if self.value == OFF else self.value

    def say_again(self) -> None:
        """What stands for a reading has changed."""
        self._said = None
