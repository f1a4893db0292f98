"""`ulab` 0.262, rows only: a flat name space, 32 bit floats, integers that wrap, scalars on the right, no broadcasting."""

from array import array as _array

from madeleine.sim.world import world as _world

if not _world.build.ulab:
    raise ImportError("no module named 'ulab'")

uint8, int8, float = 66, 98, 102  # the typecodes' numbers
_RANGES = {uint8: (256, 0), int8: (256, -128)}
_Float = (1.0).__class__


class _Row:
    """A row of numbers; `asbytearray` gives the memory itself."""

    def __init__(self, values, dtype):
        if dtype in _RANGES:
            size, lowest = _RANGES[dtype]
            values = [(int(value) - lowest) % size + lowest for value in values]
        self._dtype = dtype
        self._values = _array(chr(dtype), values)

    def shape(self):
        return (1, len(self._values))

    def asbytearray(self):
        return self._values

    def __len__(self):
        return len(self._values)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return _Row([self._values[i] for i in range(len(self._values))[index]], self._dtype)
        return self._values[index]

    def __add__(self, other):
        return self._combined(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self._combined(other, lambda a, b: a - b)

    def __mul__(self, other):
        return self._combined(other, lambda a, b: a * b)

    def _combined(self, other, operation):
        if isinstance(other, _Float):
            return _Row([operation(a, other) for a in self._values], float)
        if not isinstance(other, _Row):
            raise TypeError('a whole number takes the smallest integer type: write it as a float')
        if len(self) != len(other):
            raise ValueError('operands could not be broadcast together')
        dtype = self._dtype if self._dtype == other._dtype else float
        return _Row([operation(a, b) for a, b in zip(self._values, other._values)], dtype)


def array(values, *, dtype=float):
    return _Row(values, dtype)


def zeros(length, *, dtype=float):
    return _Row([0] * length, dtype)


def sum(row):
    total = 0
    for value in row._values:
        total += value
    return _array('f', [total])[0]


def max(row):
    return _extreme(row, lambda a, b: a > b)


def min(row):
    return _extreme(row, lambda a, b: a < b)


def _extreme(row, better):
    found = row._values[0]
    for value in row._values:
        if better(value, found):
            found = value
    return found
