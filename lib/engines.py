"""Inner products of byte vectors, three ways: the firmware's C helper, ulab, and plain Python.

All give the whole number the definition gives, so the choice changes speed and nothing else. An engine measures the
vector of the frame once (`query`) and then compares it with examples, whose squared lengths are known: `product` is
exact and slow, `gap` is fast and says what distance.between would say of the product, to within SLACK. A search goes by
gaps and settles by products. An engine keeps nothing of a query. vision.py chooses by what the firmware has;
docs/MEASURED.md says what each costs there.
"""

from math import sqrt

from micropython import const

import distance

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable, Sequence
    from typing import Any, Protocol

    Buffer = bytes | bytearray | memoryview

    class Engine(Protocol):
        """What each of the three does."""

        def query(self, vector: Buffer, query: 'Query | None' = None) -> 'Query': ...
        def product(self, query: 'Query', vector: Buffer, norm: int) -> int: ...
        def distance(self, query: 'Query', vector: Buffer, norm: int, gap: 'int | None' = None) -> int: ...
        def gap(self, query: 'Query', vector: Buffer, norm: int) -> int: ...
        def gaps(self, query: 'Query', vectors: Sequence[Buffer], norms: Sequence[int], into: list[int]) -> None: ...


# A gap is 2 - 2 cos in steps of 1 / (25 * 2^18): 2^-18 of a score of face_compare, of which most have 2^-17.
RIGHT_ANGLE = const(50 << 18)  # the gap of a cosine of 0
SLACK = 24  # a distance has steps of 12.5 gaps, and float32 is off by up to 5 on either side
_TAIL = const(32)  # about as long as a vector is, where its length is told best
_TAIL_NORM = const(127 * 127 * _TAIL)
_SQUARED_SCORE = _TAIL_NORM * 2500 << 36
_MEASURABLE = const(1200000)  # up to this squared length one score tells it exactly; longer vectors go in pieces
_PRODUCT = 1 << 44  # up to this product of squared lengths a score tells the inner product
_UNSURE = const(2)  # a score is off by half of its last place at most, a gap by one
_WHOLE = const(50 << 26)  # a score less fifty, times a root: 50 * 2^18 * 2^8
_HALF = const(_WHOLE >> 1)


class Query:
    """A measured vector, to be compared with many. It is valid as long as the vector stays as it is."""

    def __init__(self) -> None:
        self.vector = b''  # type: Buffer
        self.norm = 0  # the squared length
        self.floats = None  # type: Any  # the vector as ulab multiplies it


class Plain:
    """The definition, and the engine of last resort."""

    def query(self, vector: 'Buffer', query: 'Query | None' = None) -> 'Query':
        """Measure a vector. Given an old query, that is filled again, so that a frame leaves no garbage."""
        if query is None:
            query = Query()
        query.vector = vector
        query.norm = self._measure(query)
        return query

    def _measure(self, query: 'Query') -> int:
        """Squared length of the query's vector."""
        return _sum_of_products(query.vector, query.vector)

    def product(self, query: 'Query', vector: 'Buffer', norm: int) -> int:
        """Inner product of the query with `vector`, whose squared length is `norm`."""
        return _sum_of_products(query.vector, vector)

    def distance(self, query: 'Query', vector: 'Buffer', norm: int, gap: 'int | None' = None) -> int:
        """Distance of the query from `vector`, whose squared length is `norm`; `gap` if that is known."""
        return distance.between(self.product(query, vector, norm), query.norm, norm)

    def gap(self, query: 'Query', vector: 'Buffer', norm: int) -> int:
        """The same, nearly, in a finer unit."""
        norms = query.norm * norm
        if not norms:
            return 0 if query.norm == norm else RIGHT_ANGLE
        return RIGHT_ANGLE - int(self.product(query, vector, norm) / sqrt(norms) * RIGHT_ANGLE)

    def gaps(self, query: 'Query', vectors: 'Sequence[Buffer]', norms: 'Sequence[int]', into: 'list[int]') -> None:
        """Fill the list `into` with the gaps of the query and the first of `vectors`."""
        for i in range(len(into)):
            into[i] = self.gap(query, vectors[i], norms[i])


class Compare(Plain):
    """`kpu.face_compare(a, b)` (from v0.5.0_9 on): 50 * (1 + cosine) of two int8 vectors, in C.

    The score is the float32 next to the true one. Times 2^18 it is a whole number, too, and what follows are whole
    numbers: each float would be garbage. The cosine times both lengths is the inner product, to a tenth of a unit, so
    rounding gives the exact one. A vector's own length comes from one comparison, too: the vector v followed by a tail
    t of known numbers, against the tail alone, has cosine^2 = |t|^2 / (|v|^2 + |t|^2).
    """

    def __init__(self, compare: 'Callable[[Buffer, Buffer], float]', length: int) -> None:
        self._compare = compare
        tail = b'\x7f' * _TAIL
        self._with_tail = bytearray(length) + tail
        self._head = memoryview(self._with_tail)[:length]
        self._tail = bytes(length) + tail

    def _measure(self, query: 'Query') -> int:
        norm = self._squared_length(query.vector)
        if norm <= _MEASURABLE:
            return norm
        vector, parts = memoryview(query.vector), (norm,)  # type: memoryview, tuple[int, ...]
        for step in (len(vector) // 2, len(vector) // 16):
            if max(parts) > _MEASURABLE:
                parts = tuple([self._squared_length(vector[at : at + step]) for at in range(0, len(vector), step)])
        return sum(parts)

    def _squared_length(self, vector: 'Buffer') -> int:
        """Of a vector or a piece of one; too long to be exact above _MEASURABLE."""
        length = len(vector)
        self._head[:length] = vector
        if length < len(self._head):
            self._head[length:] = self._tail[length : len(self._head)]  # zeros
        fifty_cosines = int((self._compare(self._with_tail, self._tail) - 50.0) * 262144.0)
        square = fifty_cosines * fifty_cosines
        return (_SQUARED_SCORE + (square >> 1)) // square - _TAIL_NORM

    def product(self, query: 'Query', vector: 'Buffer', norm: int) -> int:
        return self._product(query, vector, norm, self.gap(query, vector, norm))

    def _product(self, query: 'Query', vector: 'Buffer', norm: int, gap: int) -> int:
        norms = query.norm * norm
        if norms > _PRODUCT:
            return _sum_of_products(query.vector, vector)
        return ((RIGHT_ANGLE - gap) * distance.square_root(norms << 16) + _HALF) // _WHOLE

    def distance(self, query: 'Query', vector: 'Buffer', norm: int, gap: 'int | None' = None) -> int:
        # 2^20 cosines are 2/25 of what a gap lacks to a right angle. Where that is not near a whole number, the score
        # tells which one it is above.
        if gap is None:
            gap = self.gap(query, vector, norm)
        cosines = 2 * (RIGHT_ANGLE - gap)
        if _UNSURE < cosines % 25 < 25 - _UNSURE:
            return distance.RIGHT_ANGLE - cosines // 25
        return distance.between(self._product(query, vector, norm, gap), query.norm, norm)

    def gap(self, query: 'Query', vector: 'Buffer', norm: int) -> int:
        if query.norm and norm:  # face_compare divides by them
            return 2 * RIGHT_ANGLE - int(self._compare(query.vector, vector) * 262144.0)
        return 0 if query.norm == norm else RIGHT_ANGLE

    def gaps(self, query: 'Query', vectors: 'Sequence[Buffer]', norms: 'Sequence[int]', into: 'list[int]') -> None:
        if not query.norm:
            return Plain.gaps(self, query, vectors, norms, into)
        compare, vector = self._compare, query.vector
        for i in range(len(into)):  # `gap`, without its calls
            into[i] = 2 * RIGHT_ANGLE - int(compare(vector, vectors[i]) * 262144.0) if norms[i] else RIGHT_ANGLE


class Ulab(Plain):
    """ulab 0.262: sums of products of whole numbers stay below 2^24 and are exact in its float32."""

    def __init__(self, ulab: 'Any', length: int) -> None:
        self._sum = ulab.sum
        self._bytes = ulab.zeros(length, dtype=ulab.uint8)  # the vector at hand; arithmetic needs an ndarray
        self._view = memoryview(self._bytes.asbytearray())

    def _measure(self, query: 'Query') -> int:
        self._view[:] = query.vector
        query.floats = self._bytes * 1.0  # uint8 products would wrap
        return self.product(query, query.vector, 0)

    def product(self, query: 'Query', vector: 'Buffer', norm: int) -> int:
        self._view[:] = vector
        return int(self._sum(query.floats * self._bytes))


def _sum_of_products(one: 'Buffer', other: 'Buffer') -> int:
    total = 0
    for a, b in zip(one, other):
        total += a * b
    return total
