"""Inner products of byte vectors, three ways: the firmware's C helper, ulab, and plain Python.

All give the whole number the definition gives, so the choice changes speed and nothing else. An engine is told the
vector of the frame once (`query`, which returns its squared length) and then multiplies examples with it (`dot`).
vision.py chooses by what the firmware has; what each costs there is in docs/MEASURED.md.
"""

import math


class Plain:
    """The definition, and the engine of last resort."""

    def query(self, vector):
        self._query = vector
        return self.dot(vector, 0)

    def dot(self, vector, norm):
        """Inner product of `vector`, whose squared length is `norm`, with the query."""
        total = 0
        for a, b in zip(self._query, vector):
            total += a * b
        return total


class Compare:
    """`kpu.face_compare(a, b)` (from v0.5.0_9 on): 50 * (1 + cosine) of two int8 vectors, in C.

    The cosine times both lengths is the inner product; its float32 error is a tenth of a unit for real features, so
    rounding gives the exact whole number. The query's own length comes from its sum: sum = cosine(v, ones) * |v| * |ones|.
    The order of the operations matters: this one was exact where dividing by 50 first was not (docs/MEASURED.md).
    """

    def __init__(self, compare, length):
        self._compare = compare
        self._ones = bytearray(b'\x01' * length)
        self._root = math.sqrt(length)

    def query(self, vector):
        self._query = vector
        self._norm = 0
        total = sum(vector)
        if total:
            length = total / ((self._compare(vector, self._ones) - 50.0) * 0.02 * self._root)
            self._norm = int(length * length + 0.5)
        return self._norm

    def dot(self, vector, norm):
        if not norm or not self._norm:  # face_compare divides by the lengths
            return 0
        return int((self._compare(self._query, vector) - 50.0) * 0.02 * math.sqrt(self._norm * norm) + 0.5)


class Ulab:
    """ulab 0.262: sums of products of whole numbers stay below 2^24 and are exact in its float32."""

    def __init__(self, ulab, length):
        self._sum = ulab.sum
        self._bytes = ulab.zeros(length, dtype=ulab.uint8)  # the vector at hand; arithmetic needs an ndarray
        self._view = memoryview(self._bytes.asbytearray())

    def query(self, vector):
        self._view[:] = vector
        self._query = self._bytes * 1.0  # as floats: uint8 products would wrap
        return self.dot(vector, 0)

    def dot(self, vector, norm):
        self._view[:] = vector
        return int(self._sum(self._query * self._bytes))
