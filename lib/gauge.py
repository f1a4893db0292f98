"""Where a picture lies on the line through the marks: numbers, each with one or more pictures of what it stands for.

With marks 0 and 100 alone a reading is a percentage. With more of them the line is a polyline: it goes from mark to
mark in the order of their numbers, through the picture of each that is nearest to what is seen.
"""

from array import array
from math import sqrt

from micropython import const

from distance import RIGHT_ANGLE, between

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
_LEAST_APART = const(64)  # steps of which a float tells enough
_DOUBT = const(8)  # steps that three floats can be wrong together


class Gauge:
    """Pictures of marks (features.LENGTH bytes each), and the projection on the nearest segment between two marks.

    The vectors as they are, as in the first edition: it is not certain that unit vectors read a glass better
    (bench/gauge.py, models/smoothing.py). Whether a picture is too far from the line, unit vectors say, as for the
    answer: one limit serves both.
    """

    def __init__(self, engine: 'Engine') -> None:
        self._engine = engine
        self._places = ()  # type: Sequence[bytearray]  # the pictures, in the order they were taught; likewise:
        self._values = array('h', bytes(2 * PICTURES))
        self._norms = array('i', bytes(4 * PICTURES))
        self._products = array('i', bytes(4 * PICTURES))  # with the query at hand
        self._pairs = array('i', bytes(4 * _PAIRS))  # products of two pictures
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
        self._length = self._along = 0  # its squared length, and (p-a).(b-a) of the query, clamped
        self._least = -1  # squared distance of the query from it

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
            self._pairs[_pair(i, new)] = engine.product(query, self._places[i], self._norms[i])
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
        product, places, values = self._engine.product, self._places, self._values
        norms, products, norm = self._norms, self._products, query.norm
        self._least = start = -1
        end = self._order[0]
        for i in self._order:
            products[i] = product(query, places[i], norms[i])
            if values[i] != values[end]:  # the first picture of the next mark: `end` is the nearest of its own
                if start >= 0:
                    self._try_segment(start, end, norm)
                start, end = end, i
            elif norms[i] - 2 * products[i] < norms[end] - 2 * products[end]:
                end = i
        self._try_segment(start, end, norm)
        if self._least < 0 or self._off_the_line(norm, limit_steps):
            return OFF
        start, length = values[self._start], self._length
        return start + (2 * (values[self._end] - start) * self._along + length) // (2 * length)

    def _try_segment(self, start: int, end: int, norm: int) -> None:
        """Keep the segment between two pictures if it is the nearest one so far. Two equal pictures make none."""
        norms, products = self._norms, self._products
        to_start, pair = products[start], self._pairs[_pair(start, end)]
        length = norms[start] + norms[end] - 2 * pair
        if not length:
            return
        along = products[end] - to_start - pair + norms[start]
        far = norm + norms[start] - 2 * to_start
        if along <= 0:
            along = 0
        elif along >= length:
            far += length - 2 * along
            along = length
        else:
            far -= along * along // length
        if self._least < 0 or far < self._least:
            self._least, self._start, self._end, self._length, self._along = far, start, end, length, along

    def _off_the_line(self, norm: int, limit_steps: int) -> bool:
        """Is a query farther than this from the line of the segment: |p-a|^2 - t^2 |b-a|^2 of the unit vectors?

        Floats answer where they leave no doubt: `between` costs ten times as much.
        """
        to_start, to_end = self._products[self._start], self._products[self._end]
        start, end = self._norms[self._start], self._norms[self._end]
        from_start = _roughly(to_start, norm, start)
        if norm and start and from_start + _DOUBT < limit_steps:  # the line is no farther than its ends
            return False
        pair = self._pairs[_pair(self._start, self._end)]
        apart = _roughly(pair, start, end)
        if norm and apart > _LEAST_APART:
            t = (from_start - _roughly(to_end, norm, end) + apart) / (2 * apart)
            beyond = from_start - t * t * apart - limit_steps
            if abs(beyond) > _DOUBT * (1 + t * t):
                return beyond > 0
        steps, long = between(to_start, norm, start), between(pair, start, end)
        if not long:  # two pictures of one direction
            return steps > limit_steps
        along = steps - between(to_end, norm, end) + long  # 2 (p-a).(b-a)
        return steps - along * along // (4 * long) > limit_steps


def _roughly(product: int, norm: int, other_norm: int) -> float:
    """What distance.between gives, less than two steps off; 0 if one of the vectors is nothing but zeros."""
    norms = norm * other_norm
    return RIGHT_ANGLE - product * RIGHT_ANGLE / sqrt(norms) if norms else 0.0


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
