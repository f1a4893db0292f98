"""Inner products of byte vectors, three ways: the firmware's C helper, ulab, and plain Python.

All give the whole number the definition gives, so the choice changes speed and nothing else. An engine is told the
vector of the frame once (`query`, which keeps it as `vector` and returns its squared length) and then multiplies
examples with it (`dot`, `dots`), whose `root`s are known. vision.py chooses by what the firmware has; what each costs
there is in docs/MEASURED.md.
"""

from math import sqrt

_TAIL = 16  # with as many numbers behind it, a vector's length is about doubled
_TAIL_NORM = 127 * 127 * _TAIL
_FIFTY = 50 << 18  # the score of a cosine of 0
_WHOLE = 50 << 26  # a score less fifty, times two roots: 50 * 2^18 * 2^16 * 2^16 / 2^24
_HALF = _WHOLE >> 1


def root(norm):
    """The square root of a squared length, times 2^16, as a whole number: floats have too few digits, and cost heap."""
    if not norm:
        return 0
    guess = int(sqrt(norm) * 65536.0)
    return (guess + (norm << 32) // guess) >> 1  # Newton's step doubles a float's 24 bits


class Plain:
    """The definition, and the engine of last resort."""

    def query(self, vector):
        self.vector = vector
        return self.dot(vector, 0)

    def dots(self, vectors, roots, into):
        """Fill the list `into` with the inner products of the first of `vectors` with the query."""
        for i in range(len(into)):
            into[i] = self.dot(vectors[i], roots[i])

    def dot(self, vector, root):
        """Inner product of `vector`, the root of whose squared length is `root`, with the query."""
        total = 0
        for a, b in zip(self.vector, vector):
            total += a * b
        return total


class Compare:
    """`kpu.face_compare(a, b)` (from v0.5.0_9 on): 50 * (1 + cosine) of two int8 vectors, in C.

    The cosine times both lengths is the inner product; its float32 error is a tenth of a unit for real features, so
    rounding gives the exact whole number. The score times 2^18 is a whole number, too, and what follows are whole
    numbers: each float would be garbage. The query's own length comes from one comparison, too: the vector v with a
    tail t of known numbers behind it, against the tail alone, has cosine^2 = |t|^2 / (|v|^2 + |t|^2).
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
        norm = int(_TAIL_NORM * 2500 / (fifty_cosines * fifty_cosines) + 0.5) - _TAIL_NORM
        self._root = root(norm)
        return norm

    def dot(self, vector, root):
        lengths = self._root * root >> 24
        if not lengths:  # face_compare divides by them
            return 0
        return ((int(self._compare(self.vector, vector) * 262144.0) - _FIFTY) * lengths + _HALF) // _WHOLE

    def dots(self, vectors, roots, into):
        compare, query, own = self._compare, self.vector, self._root
        for i in range(len(into)):  # `dot`, without its calls
            lengths = own * roots[i] >> 24
            if lengths:
                into[i] = ((int(compare(query, vectors[i]) * 262144.0) - _FIFTY) * lengths + _HALF) // _WHOLE
            else:
                into[i] = 0


class Ulab(Plain):
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

    def dot(self, vector, root):
        self._view[:] = vector
        return int(self._sum(self._query * self._bytes))
