"""Inner products of byte vectors, three ways: the firmware's C helper, ulab, and plain Python.

All give the whole number the definition gives, so the choice changes speed and nothing else. An engine measures the
vector of the frame once (`query`) and then multiplies examples with it (`dot`, `dots`), whose `root`s are known. It
keeps nothing of a query. vision.py chooses by what the firmware has; docs/MEASURED.md says what each costs there.
"""

from math import sqrt

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable, Sequence
    from typing import Any, Protocol

    Buffer = bytes | bytearray | memoryview

    class Engine(Protocol):
        """What each of the three does."""

        def query(self, vector: Buffer, query: 'Query | None' = None) -> 'Query': ...
        def dot(self, query: 'Query', vector: Buffer, root: int) -> int: ...
        def dots(self, query: 'Query', vectors: Sequence[Buffer], roots: Sequence[int], into: list[int]) -> None: ...


_TAIL = const(16)  # with as many numbers after it, a vector's length is about doubled
_TAIL_NORM = const(127 * 127 * _TAIL)
_FIFTY = const(50 << 18)  # the score of a cosine of 0
_WHOLE = const(50 << 26)  # a score less fifty, times two roots: 50 * 2^18 * 2^16 * 2^16 / 2^24
_HALF = const(_WHOLE >> 1)


def root(norm: int) -> int:
    """The square root of a squared length, times 2^16, as a whole number: floats have too few digits, and cost heap."""
    if not norm:
        return 0
    guess = int(sqrt(norm) * 65536.0)
    return (guess + (norm << 32) // guess) >> 1  # Newton's step doubles a float's 24 bits


class Query:
    """A measured vector, to be multiplied with many. It is valid as long as the vector stays as it is."""

    def __init__(self) -> None:
        self.vector = b''  # type: Buffer
        self.norm = 0  # the squared length
        self.root = 0  # of the norm
        self.floats = None  # type: Any  # the vector as ulab multiplies it


class Plain:
    """The definition, and the engine of last resort."""

    def query(self, vector: 'Buffer', query: 'Query | None' = None) -> 'Query':
        """Measure a vector. Given an old query, that is filled again, so that a frame leaves no garbage."""
        if query is None:
            query = Query()
        query.vector = vector
        query.norm = norm = self._measure(query)
        query.root = root(norm)
        return query

    def _measure(self, query: 'Query') -> int:
        """Squared length of the query's vector."""
        return self.dot(query, query.vector, 0)

    def dot(self, query: 'Query', vector: 'Buffer', root: int) -> int:
        """Inner product of the query with `vector`, the root of whose squared length is `root`."""
        total = 0
        for a, b in zip(query.vector, vector):
            total += a * b
        return total

    def dots(self, query: 'Query', vectors: 'Sequence[Buffer]', roots: 'Sequence[int]', into: 'list[int]') -> None:
        """Fill the list `into` with the inner products of the query with the first of `vectors`."""
        for i in range(len(into)):
            into[i] = self.dot(query, vectors[i], roots[i])


class Compare(Plain):
    """`kpu.face_compare(a, b)` (from v0.5.0_9 on): 50 * (1 + cosine) of two int8 vectors, in C.

    The cosine times both lengths is the inner product; its float32 error is a tenth of a unit for real features, so
    rounding gives the exact whole number. The score times 2^18 is a whole number, too, and what follows are whole
    numbers: each float would be garbage. A vector's own length comes from one comparison, too: the vector v followed
    by a tail t of known numbers, against the tail alone, has cosine^2 = |t|^2 / (|v|^2 + |t|^2).
    """

    def __init__(self, compare: 'Callable[[Buffer, Buffer], float]', length: int) -> None:
        self._compare = compare
        tail = b'\x7f' * _TAIL
        self._with_tail = bytearray(length) + tail
        self._head = memoryview(self._with_tail)[:length]
        self._tail = bytes(length) + tail

    def _measure(self, query: 'Query') -> int:
        self._head[:] = query.vector
        fifty_cosines = self._compare(self._with_tail, self._tail) - 50.0
        return int(_TAIL_NORM * 2500 / (fifty_cosines * fifty_cosines) + 0.5) - _TAIL_NORM

    def dot(self, query: 'Query', vector: 'Buffer', root: int) -> int:
        lengths = query.root * root >> 24
        if not lengths:  # face_compare divides by them
            return 0
        return ((int(self._compare(query.vector, vector) * 262144.0) - _FIFTY) * lengths + _HALF) // _WHOLE

    def dots(self, query: 'Query', vectors: 'Sequence[Buffer]', roots: 'Sequence[int]', into: 'list[int]') -> None:
        compare, vector, own = self._compare, query.vector, query.root
        for i in range(len(into)):  # `dot`, without its calls
            lengths = own * roots[i] >> 24
            if lengths:
                into[i] = ((int(compare(vector, vectors[i]) * 262144.0) - _FIFTY) * lengths + _HALF) // _WHOLE
            else:
                into[i] = 0


class Ulab(Plain):
    """ulab 0.262: sums of products of whole numbers stay below 2^24 and are exact in its float32."""

    def __init__(self, ulab: 'Any', length: int) -> None:
        self._sum = ulab.sum
        self._bytes = ulab.zeros(length, dtype=ulab.uint8)  # the vector at hand; arithmetic needs an ndarray
        self._view = memoryview(self._bytes.asbytearray())

    def _measure(self, query: 'Query') -> int:
        self._view[:] = query.vector
        query.floats = self._bytes * 1.0  # uint8 products would wrap
        return self.dot(query, query.vector, 0)

    def dot(self, query: 'Query', vector: 'Buffer', root: int) -> int:
        self._view[:] = vector
        return int(self._sum(query.floats * self._bytes))
