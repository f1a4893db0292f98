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

    from engines import Buffer, Engine, Query

LOWEST, HIGHEST = -9999, 9999  # numbers that a mark can have
PICTURES = 16  # of all marks together
OFF = LOWEST - 1  # the picture lies too far from the line to be read
_PAIRS = const(120)  # of 16 pictures


class Gauge:
    """Pictures of marks (features.LENGTH bytes each), and the projection on the nearest segment between two marks.

    The vectors as they are, not as unit vectors: that reads a glass better (bench/gauge.py). Whether a picture is too
    far from the line, unit vectors say, as for the answer: one limit serves both.
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
        self._start = self._end = 0  # the nearest segment: pictures of two marks,
        self._length = self._along = 0  # its squared length, and (p-a).(b-a) with the query
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

    def marks(self) -> 'Iterator[tuple[int, bytearray]]':
        """(value, vector) of each picture, by the numbers of the marks."""
        for i in self._order:
            yield self._values[i], self._places[i]

    def count_of(self, value: int) -> int:
        """How many pictures a mark has."""
        return sum([self._values[i] == value for i in self._order])

    def low(self) -> int:
        """The lowest number of a mark; 0 without any."""
        return self._values[self._order[0]] if self._order else 0

    def high(self) -> int:
        """The highest one, likewise."""
        return self._values[self._order[-1]] if self._order else 0

    def read(self, query: 'Query', limit_steps: int) -> 'int | None':
        """Where the query lies: a number between two marks, or OFF; None before there are two marks.

        limit_steps: the greatest distance (distance.py) from the line. t = (p-a).(b-a) / |b-a|^2, clamped.
        """
        if self.low() == self.high():
            return None
        product, places, norms, products = self._engine.product, self._places, self._norms, self._products
        for i in self._order:
            products[i] = product(query, places[i], norms[i])
        self._find_segment(query.norm)
        if self._least < 0 or self._off_the_line(query.norm, limit_steps):
            return OFF
        start, length = self._values[self._start], self._length
        steps = (2 * (self._values[self._end] - start) * self._along + length) // (2 * length)
        return max(start, min(self._values[self._end], start + steps))

    def _find_segment(self, norm: int) -> None:
        """Of the segments between the pictures nearest to the query, one a mark, find that nearest to the query."""
        order, values, norms, products = self._order, self._values, self._norms, self._products
        self._least = start = -1
        end = order[0]
        for i in order:
            if values[i] != values[end]:
                if start >= 0:
                    self._try_segment(start, end, norm)
                start, end = end, i
            elif norms[i] - 2 * products[i] < norms[end] - 2 * products[end]:
                end = i
        self._try_segment(start, end, norm)

    def _try_segment(self, start: int, end: int, norm: int) -> None:
        """Keep a segment if it is the nearest one so far. Two equal pictures make none."""
        norms, products = self._norms, self._products
        pair = self._pairs[_pair(start, end)]
        length = norms[start] + norms[end] - 2 * pair
        if not length:
            return
        along = products[end] - products[start] - pair + norms[start]
        far = norm + norms[start] - 2 * products[start]
        if along >= length:
            far += length - 2 * along
        elif along > 0:
            far -= along * along // length
        if self._least < 0 or far < self._least:
            self._least, self._start, self._end, self._length, self._along = far, start, end, length, along

    def _off_the_line(self, norm: int, limit_steps: int) -> bool:
        """Is a query farther than this from the line of the segment: |p-a|^2 - t^2 |b-a|^2 of the unit vectors?"""
        start, end, norms, products = self._start, self._end, self._norms, self._products
        from_start = between(products[start], norm, norms[start])
        if from_start <= limit_steps:  # the line is no farther than its ends
            return False
        apart = between(self._pairs[_pair(start, end)], norms[start], norms[end])
        if not apart:  # two pictures of one direction
            return True
        along = from_start - between(products[end], norm, norms[end]) + apart  # 2 (p-a).(b-a)
        return from_start - along * along // (4 * apart) > limit_steps


def _pair(one: int, other: int) -> int:
    """Where two pictures have their place among the pairs."""
    return other * (other - 1) // 2 + one if one < other else one * (one - 1) // 2 + other
