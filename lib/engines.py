"""Inner products of byte vectors, three ways: the firmware's C helper, ulab, and plain Python.

All give the whole number the definition gives, so the choice changes speed and nothing else. An engine is told the
vector of the frame once (`query`, which keeps it as `vector` and returns its squared length) and then multiplies
examples with it (`dot`). vision.py chooses by what the firmware has; what each costs there is in docs/MEASURED.md.
"""

from math import sqrt

_TAIL = 16  # with as many numbers behind it, a vector's length is about doubled
_TAIL_NORM = 127 * 127 * _TAIL


class Plain:
    """The definition, and the engine of last resort."""

    def query(self, vector):
        self.vector = vector
        return self.dot(vector, 0)

    def dot(self, vector, norm):
        """Inner product of `vector`, whose squared length is `norm`, with the query."""
        total = 0
        for a, b in zip(self.vector, vector):
            total += a * b
        return total


class Compare:
    """`kpu.face_compare(a, b)` (from v0.5.0_9 on): 50 * (1 + cosine) of two int8 vectors, in C.

    The cosine times both lengths is the inner product; its float32 error is a tenth of a unit for real features, so
    rounding gives the exact whole number. The query's own length comes from one comparison, too: the vector v with a
    tail t of known numbers behind it, against the tail alone, has cosine^2 = |t|^2 / (|v|^2 + |t|^2).
    The order of the operations matters: this one was exact where others were not (docs/MEASURED.md).
    """

    def __init__(self, compare, length):
        self._compare = compare
        tail = b'\x7f' * _TAIL
        self._with_tail = bytearray(length) + tail
        self._head = memoryview(self._with_tail)[:length]
        self._tail = bytes(length) + tail

    def query(self, vector):
        self.vector = vector
        self._head[:] = vector
        fifty_cosines = self._compare(self._with_tail, self._tail) - 50.0
        self._norm = int(_TAIL_NORM * 2500 / (fifty_cosines * fifty_cosines) + 0.5) - _TAIL_NORM
        return self._norm

    def dot(self, vector, norm):
        if not norm or not self._norm:  # face_compare divides by the lengths
            return 0
        return int((self._compare(self.vector, vector) - 50.0) * 0.02 * sqrt(self._norm * norm) + 0.5)


class Ulab:
    """ulab 0.262: sums of products of whole numbers stay below 2^24 and are exact in its float32."""

    def __init__(self, ulab, length):
        self._sum = ulab.sum
        self._bytes = ulab.zeros(length, dtype=ulab.uint8)  # the vector at hand; arithmetic needs an ndarray
        self._view = memoryview(self._bytes.asbytearray())

    def query(self, vector):
        self.vector = vector
        self._view[:] = vector
        self._query = self._bytes * 1.0  # as floats: uint8 products would wrap
        return self.dot(vector, 0)

    def dot(self, vector, norm):
        self._view[:] = vector
        return int(self._sum(self._query * self._bytes))
